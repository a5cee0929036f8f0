package dev.sluice.policy.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which packets: all that is said must hold. */
@Doc("Which packets: all that is said must hold; nothing said fits every packet.")
public record Match(
    @Doc("Who sends it.") @Nullable Party from,
    @Doc("Whom it is for.") @Nullable Party to,
    @Doc("What it carries.") @Nullable Protocol protocol,
    @Doc("The receiver's ports: `443`, `8000-8100`. Without a protocol, of TCP, UDP and SCTP.")
        List<Ports> ports,
    @Doc("The sender's ports.") List<Ports> sourcePorts,
    @Doc(value = "Differentiated services code points, 0 to 63.", least = 0, most = 63)
        List<Integer> dscp,
    @Doc("The packet's mark (`skb->mark`).") @Nullable Mark mark) {
  /** Copies the lists. */
  public Match {
    ports = List.copyOf(ports);
    sourcePorts = List.copyOf(sourcePorts);
    dscp = List.copyOf(dscp);
  }

  /** Every packet. */
  public static final Match ANY =
      new Match(null, null, null, List.of(), List.of(), List.of(), null);

  /** A packet's mark. */
  @Doc("A packet's mark: `7`, or `0x10` of the bits `0xf0`.")
  public record Mark(
      @Doc(value = "The value.", least = 0, most = 0xffff_ffffL) long value,
      @Doc(value = "Which bits count.", least = 1, most = 0xffff_ffffL, otherwise = "0xffffffff")
          @Nullable Long mask) {}
}
