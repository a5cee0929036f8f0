package dev.sluice.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Access;
import dev.sluice.policy.spec.Protocol;
import dev.sluice.policy.spec.TrafficPolicy;
import dev.sluice.policy.spec.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What passes between a host and its own workloads, of which rules let nothing through, and who
 * cannot pass for the host.
 */
class HostTrafficTest {
  private static final Prefix HOST = prefix("10.0.0.254");
  private static final Prefix HOST_6 = prefix("fd00::fe");
  private static final Prefix FIRST = prefix("10.0.0.1");
  private static final Prefix FIRST_6 = prefix("fd00::1");
  private static final Prefix SECOND = prefix("10.0.1.7");
  private static final Prefix OUTSIDE = prefix("192.0.2.1");
  private static final Prefix OUTSIDE_6 = prefix("2001:db8::1");
  private static final int LATER_FRAGMENT = 20;

  private static Prefix prefix(String text) {
    return Objects.requireNonNull(Prefix.parse(text));
  }

  @Test
  void inTheEngine() {
    try (Judge judge = Judge.engine(2)) {
      all(judge);
    }
  }

  @Test
  @Tag("datapath.kernel")
  void inTheKernel() {
    try (Judge judge = Judge.kernel(2)) {
      all(judge);
    }
  }

  private static void all(Judge judge) {
    try (Generation generation = judge.load(scene(judge, List.of(HOST, HOST_6)))) {
      passesBothWays(judge, generation);
      nobodyPassesForIt(judge, generation);
      othersAreStillRefused(judge, generation);
      whatHasOneAddressAtBothEnds(judge, generation);
    }
    try (Generation generation = judge.load(scene(judge, List.of()))) {
      for (byte[] packet : packets(HOST, FIRST).subList(0, 6)) {
        assertThat(judge.leave(generation, judge.device(0), packet, null).passes()).isFalse();
      }
    }
  }

  /** One whose addresses are known one by one, one of which a network is; both may do nothing. */
  private static Scene scene(Judge judge, List<Prefix> hostAddresses) {
    Access nothing =
        new Access(
            "nothing",
            null,
            new Access.LabelSelector(Map.of(), List.of()),
            List.of(Access.PolicyType.INGRESS, Access.PolicyType.EGRESS),
            List.of(),
            List.of());
    return new Scene(
        List.of(
            new Scene.Source(
                TrafficPolicy.of("closed", RandomAccess.spec(List.of(nothing), List.of())),
                Map.of(),
                (at, problem) -> new IllegalStateException(at + ": " + problem))),
        List.of(
            workload(judge, 0, FIRST, FIRST_6),
            workload(judge, 1, prefix("10.0.1.0/24"), prefix("fd00:0:0:1::/64"))),
        judge.datapath().devices(),
        hostAddresses,
        (_, _, _) -> 0);
  }

  private static BoundWorkload workload(Judge judge, int index, Prefix... addresses) {
    Workload workload =
        new Workload(
            "w" + index, null, Map.of(), "w" + index, null, null, null, null, List.of(), List.of());
    return new BoundWorkload(workload, judge.device(index), List.of(addresses));
  }

  /** Openings, answers and what belongs to no connection that is known. */
  private static List<byte[]> packets(Prefix from, Prefix to) {
    int tcp = Protocol.TCP.number();
    List<byte[]> packets = new ArrayList<>();
    packets.add(Frames.of(from, to, tcp, 4000, 80, Frames.SYN, 0));
    packets.add(Frames.of(from, to, tcp, 80, 4001, Frames.SYN | Frames.ACK, 0));
    packets.add(Frames.of(from, to, tcp, 4002, 80, Frames.ACK, 0));
    packets.add(Frames.of(from, to, Protocol.UDP.number(), 4000, 53, 0, 0));
    packets.add(Frames.echo(from, to, false, 7));
    packets.add(Frames.echo(from, to, true, 8));
    if (!from.six()) {
      byte[] fragment = Frames.of(from, to, Protocol.UDP.number(), 4000, 53, 0, 0);
      fragment[LATER_FRAGMENT + 1] = 99;
      packets.add(fragment);
    }
    return packets;
  }

  private static boolean sends(Judge judge, Generation generation, int index, byte[] packet) {
    return judge.run(generation, judge.device(index), Direction.INGRESS, packet).passes();
  }

  private static void passesBothWays(Judge judge, Generation generation) {
    for (Prefix[] ends : new Prefix[][] {{HOST, FIRST}, {HOST_6, FIRST_6}}) {
      for (byte[] packet : packets(ends[0], ends[1])) {
        assertThat(judge.leave(generation, judge.device(0), packet, null).passes()).isTrue();
      }
      for (byte[] packet : packets(ends[1], ends[0])) {
        assertThat(sends(judge, generation, 0, packet)).isTrue();
      }
    }
    for (byte[] packet : packets(SECOND, HOST)) {
      assertThat(sends(judge, generation, 1, packet)).isTrue();
    }
  }

  private static void nobodyPassesForIt(Judge judge, Generation generation) {
    Device other = judge.device(1);
    for (Prefix[] ends : new Prefix[][] {{HOST, FIRST}, {HOST_6, FIRST_6}}) {
      for (byte[] packet : packets(ends[0], ends[1])) {
        // Whether its own addresses are known or not, a workload's are not the host's.
        assertThat(sends(judge, generation, 0, packet)).isFalse();
        assertThat(sends(judge, generation, 1, packet)).isFalse();
      }
      for (byte[] packet : packets(ends[0], ends[1]).subList(0, 6)) {
        // Passed on, so from somebody who bears the host's address.
        assertThat(judge.leave(generation, judge.device(0), packet, other).passes()).isFalse();
      }
      for (byte[] packet : packets(ends[1], ends[0]).subList(0, 6)) {
        // To the host, but out to a workload.
        assertThat(judge.leave(generation, judge.device(1), packet, null).passes()).isFalse();
      }
    }
    for (byte[] packet : packets(HOST, HOST)) {
      assertThat(sends(judge, generation, 1, packet)).isFalse();
    }
  }

  private static void othersAreStillRefused(Judge judge, Generation generation) {
    for (Prefix[] ends : new Prefix[][] {{OUTSIDE, FIRST}, {OUTSIDE_6, FIRST_6}}) {
      for (byte[] packet : packets(ends[0], ends[1]).subList(0, 6)) {
        assertThat(judge.leave(generation, judge.device(0), packet, null).passes()).isFalse();
      }
      for (byte[] packet : packets(ends[1], ends[0]).subList(0, 6)) {
        assertThat(sends(judge, generation, 0, packet)).isFalse();
      }
    }
    for (byte[] packet : packets(SECOND, FIRST).subList(0, 6)) {
      assertThat(sends(judge, generation, 1, packet)).isFalse();
      assertThat(judge.leave(generation, judge.device(0), packet, judge.device(1)).passes())
          .isFalse();
    }
  }

  /** A workload may talk to itself, and not to another with that one's address as its own. */
  private static void whatHasOneAddressAtBothEnds(Judge judge, Generation generation) {
    for (byte[] packet : packets(FIRST, FIRST)) {
      assertThat(sends(judge, generation, 0, packet)).isTrue();
    }
    for (byte[] packet : packets(SECOND, SECOND)) {
      assertThat(sends(judge, generation, 0, packet)).isFalse();
    }
  }
}
