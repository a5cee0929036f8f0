package dev.sluice.policy.rule;

import dev.sluice.policy.program.Services;
import dev.sluice.policy.spec.Ports;
import dev.sluice.policy.spec.Protocol;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of ports of protocols, as places of {@link Services}.
 *
 * @param ranges may overlap
 */
record ServiceSet(List<Range> ranges) {
  private static final int ICMP_TYPES = 256;

  /** Copies the list. */
  ServiceSet {
    ranges = List.copyOf(ranges);
  }

  /**
   * Places.
   *
   * @param first the first
   * @param last the last
   */
  record Range(int first, int last) {}

  /**
   * Of a protocol, or of all that have ports.
   *
   * @param ports all of them if there are none
   */
  static ServiceSet of(@Nullable Protocol protocol, List<Ports> ports) {
    List<Protocol> protocols =
        protocol == null ? List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP) : List.of(protocol);
    List<Range> ranges = new ArrayList<>();
    for (Protocol one : protocols) {
      int base = Services.place(one.number()) * Services.PORTS;
      int most = one == Protocol.ICMP ? ICMP_TYPES - 1 : Services.PORTS - 1;
      if (ports.isEmpty()) {
        ranges.add(new Range(base, base + most));
      }
      for (Ports some : ports) {
        ranges.add(new Range(base + some.first(), base + Math.min(some.last(), most)));
      }
    }
    return new ServiceSet(ranges);
  }
}
