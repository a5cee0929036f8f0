package dev.sluice.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Access;
import dev.sluice.policy.spec.Protocol;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.TrafficPolicy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random network policies over random workloads: every connection is decided as a plain model of
 * Kubernetes' rules decides it, at both ends, and its replies pass.
 */
class AccessMatrixTest {
  private static final int POLICIES = Integer.getInteger("sluice.policies", 8);
  private static final int CONNECTIONS = 260;
  private static final int WORKLOADS = 10;

  static Stream<Long> seeds() {
    return Stream.of(Long.getLong("sluice.seed", 1L));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theEngineDecidesAsTheModel(long seed) {
    try (Judge judge = Judge.engine(WORKLOADS)) {
      matrix(judge, seed);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @Tag("datapath.kernel")
  void theKernelDecidesAsTheModel(long seed) {
    try (Judge judge = Judge.kernel(WORKLOADS)) {
      matrix(judge, seed);
    }
  }

  private static void matrix(Judge judge, long seed) {
    Random random = new Random(seed);
    int allowed = 0;
    for (int i = 0; i < POLICIES; i++) {
      RandomAccess made = new RandomAccess(random, judge, WORKLOADS);
      List<Access> rules = made.rules();
      Spec spec = RandomAccess.spec(rules, made.namespaces());
      Scene scene =
          new Scene(
              List.of(
                  new Scene.Source(
                      TrafficPolicy.of("random", spec),
                      Map.of(),
                      (at, problem) -> new IllegalStateException(at + ": " + problem))),
              made.workloads(),
              judge.datapath().devices(),
              made.hostAddresses(),
              (_, _, _) -> 0);
      AccessModel model =
          new AccessModel(rules, made.workloads(), made.hostAddresses(), made.namespaceLabels());
      try (Generation generation = judge.load(scene)) {
        for (int c = 0; c < CONNECTIONS; c++) {
          allowed += connection(judge, generation, made, model, random, c) ? 1 : 0;
        }
      }
    }
    // Neither all nor nothing, or the rules decided nothing.
    assertThat(allowed).isBetween(POLICIES * CONNECTIONS / 10, POLICIES * CONNECTIONS * 9 / 10);
  }

  private static boolean connection(
      Judge judge,
      Generation generation,
      RandomAccess made,
      AccessModel model,
      Random random,
      int number) {
    boolean six = random.nextBoolean();
    Prefix from = made.address(six);
    Prefix to = made.address(six);
    if (from.equals(to)) {
      return true;
    }
    Protocol protocol = Protocol.values()[random.nextInt(4)];
    int port = protocol == Protocol.ICMP ? six ? 128 : 8 : made.port();
    int fromPort = 20_000 + number;
    boolean expected = model.allows(from, to, protocol, port);
    String what =
        "%s %s:%d > %s:%d by %s".formatted(protocol, from, fromPort, to, port, model.rules());
    byte[] opening;
    byte[] reply;
    if (protocol == Protocol.ICMP) {
      opening = Frames.echo(from, to, false, fromPort);
      reply = Frames.echo(to, from, true, fromPort);
    } else {
      int its = protocol.number();
      opening = Frames.of(from, to, its, fromPort, port, Frames.SYN, 0);
      reply = Frames.of(to, from, its, port, fromPort, Frames.SYN | Frames.ACK, 0);
    }
    assertThat(passes(judge, generation, made, from, to, opening)).as(what).isEqualTo(expected);
    if (expected) {
      assertThat(passes(judge, generation, made, to, from, reply)).as("reply, " + what).isTrue();
      assertThat(passes(judge, generation, made, from, to, opening)).as("again, " + what).isTrue();
    }
    return expected;
  }

  private static Device device(BoundWorkload bound) {
    return Objects.requireNonNull(bound.device());
  }

  /** At the sender's device, then at the receiver's; elsewhere, and on the host, nobody looks. */
  private static boolean passes(
      Judge judge,
      Generation generation,
      RandomAccess made,
      Prefix from,
      Prefix to,
      byte[] packet) {
    Device arrived =
        made.hostAddresses().contains(from) ? null : judge.datapath().devices().getFirst();
    for (BoundWorkload one : made.workloads()) {
      if (one.addresses().contains(from)) {
        arrived = device(one);
      }
      if (one.addresses().contains(from)
          && !judge.run(generation, device(one), Direction.INGRESS, packet).passes()) {
        return false;
      }
    }
    for (BoundWorkload one : made.workloads()) {
      if (one.addresses().contains(to)
          && !judge.leave(generation, device(one), packet, arrived).passes()) {
        return false;
      }
    }
    return true;
  }
}
