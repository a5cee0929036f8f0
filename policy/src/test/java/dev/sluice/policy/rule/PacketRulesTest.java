package dev.sluice.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.compiler.program.Verdict;
import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.program.Tables.Count;
import dev.sluice.policy.spec.Block;
import dev.sluice.policy.spec.Limit;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Party;
import dev.sluice.policy.spec.Ports;
import dev.sluice.policy.spec.Protocol;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.TrafficPolicy;
import dev.sluice.policy.spec.Way;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Blocks, limits and classes: what packets meet, in the engine and in the kernel. */
class PacketRulesTest {
  private static final int FIRST_CLASS = 0x51ce_0010;
  private static final int DEFAULT_CLASS = 0x51ce_0002;
  private static final int UDP = 17;

  private static Prefix prefix(String text) {
    return Objects.requireNonNull(Prefix.parse(text), text);
  }

  private static Party addresses(String... texts) {
    List<Prefix> prefixes = new ArrayList<>();
    for (String text : texts) {
      prefixes.add(prefix(text));
    }
    return new Party(prefixes, List.of(), List.of(), List.of(), List.of());
  }

  private static Party outside(String list) {
    return new Party(List.of(), List.of(), List.of(list), List.of(), List.of());
  }

  private static Match from(Party party) {
    return new Match(party, null, null, List.of(), List.of(), List.of(), null);
  }

  private static Scene scene(Judge judge, Spec spec, Map<String, List<Prefix>> lists) {
    Map<String, Integer> classes = new LinkedHashMap<>();
    return new Scene(
        List.of(
            new Scene.Source(
                TrafficPolicy.of("test", spec),
                lists,
                (at, problem) -> new IllegalStateException(at + ": " + problem))),
        List.of(),
        judge.datapath().devices(),
        (_, _, name) ->
            name == null
                ? DEFAULT_CLASS
                : classes.computeIfAbsent(name, _ -> FIRST_CLASS + classes.size()));
  }

  private static Spec spec(List<Block> blocks, List<Limit> limits, List<Sharing> sharing) {
    return new Spec(
        List.of(), List.of(), List.of(), List.of(), sharing, blocks, limits, List.of(), List.of(),
        List.of());
  }

  private static byte[] udp(String from, String to, int fromPort, int toPort, int tos) {
    return Frames.of(prefix(from), prefix(to), UDP, fromPort, toPort, 0, tos);
  }

  @Test
  void blocksOutsidersInTheEngine() {
    try (Judge judge = Judge.engine(1)) {
      blocksOutsiders(judge);
    }
  }

  @Test
  @Tag("datapath.kernel")
  void blocksOutsidersInTheKernel() {
    try (Judge judge = Judge.kernel(1)) {
      blocksOutsiders(judge);
    }
  }

  private static void blocksOutsiders(Judge judge) {
    Map<String, List<Prefix>> lists =
        Map.of(
            "allowed",
            List.of(prefix("1.16.0.0/14"), prefix("10.0.0.0/8"), prefix("2001:220::/32")));
    Block block = new Block("foreign", "w0", null, Way.DOWNLOAD, List.of(from(outside("allowed"))));
    Spec spec = spec(List.of(block), List.of(), List.of());
    try (Generation generation = judge.load(scene(judge, spec, lists))) {
      Map<String, Integer> verdicts = new LinkedHashMap<>();
      for (String sender : List.of("1.16.0.1", "1.20.0.1", "10.9.8.7", "8.8.8.8", "0.0.0.0")) {
        byte[] packet = udp(sender, "10.0.0.1", 1, 2, 0);
        verdicts.put(
            sender, judge.run(generation, judge.device(0), Direction.INGRESS, packet).verdict());
      }
      for (String sender : List.of("2001:220::1", "2001:221::1", "::1")) {
        byte[] packet = udp(sender, "fd00::1", 1, 2, 0);
        verdicts.put(
            sender, judge.run(generation, judge.device(0), Direction.INGRESS, packet).verdict());
      }
      assertThat(verdicts)
          .containsEntry("1.16.0.1", Verdict.NEXT)
          .containsEntry("1.20.0.1", Verdict.DROP)
          .containsEntry("10.9.8.7", Verdict.NEXT)
          .containsEntry("8.8.8.8", Verdict.DROP)
          .containsEntry("0.0.0.0", Verdict.DROP)
          .containsEntry("2001:220::1", Verdict.NEXT)
          .containsEntry("2001:221::1", Verdict.DROP)
          .containsEntry("::1", Verdict.DROP);
      // The other way nothing is said.
      byte[] leaving = udp("8.8.8.8", "10.0.0.1", 1, 2, 0);
      assertThat(judge.run(generation, judge.device(0), Direction.EGRESS, leaving).passes())
          .isTrue();
      assertThat(generation.counts())
          .containsEntry(
              new RuleName("test", RuleName.Kind.BLOCK, "foreign"), new Count(5, 3 * 74 + 2 * 94));
    }
  }

  @Test
  void limitsEachSenderInTheEngine() {
    try (Judge judge = Judge.engine(1)) {
      limitsEachSender(judge);
    }
  }

  @Test
  @Tag("datapath.kernel")
  void limitsEachSenderInTheKernel() {
    try (Judge judge = Judge.kernel(1)) {
      limitsEachSender(judge);
    }
  }

  private static void limitsEachSender(Judge judge) {
    Limit limit =
        new Limit(
            "slow",
            "w0",
            null,
            Way.UPLOAD,
            List.of(from(addresses("192.168.1.0/24"))),
            Rate.bits(8_000),
            DataSize.bytes(74 * 30),
            Limit.Each.SENDER);
    Spec spec = spec(List.of(), List.of(limit), List.of());
    try (Generation generation = judge.load(scene(judge, spec, Map.of()))) {
      for (String sender : List.of("192.168.1.100", "192.168.1.101")) {
        int passed = 0;
        for (int i = 0; i < 100; i++) {
          byte[] packet = udp(sender, "10.0.0.1", 1, 2, 0);
          passed +=
              judge.run(generation, judge.device(0), Direction.EGRESS, packet).passes() ? 1 : 0;
        }
        // A burst of thirty; of a thousand bytes a second, little more while the test runs.
        assertThat(passed).as(sender).isBetween(30, 60);
      }
      byte[] other = udp("192.168.2.1", "10.0.0.1", 1, 2, 0);
      for (int i = 0; i < 100; i++) {
        assertThat(judge.run(generation, judge.device(0), Direction.EGRESS, other).passes())
            .isTrue();
      }
    }
  }

  @Test
  void classifiesAsTheFirstMatchInTheEngine() {
    try (Judge judge = Judge.engine(1)) {
      classifies(judge);
    }
  }

  @Test
  @Tag("datapath.kernel")
  void classifiesAsTheFirstMatchInTheKernel() {
    try (Judge judge = Judge.kernel(1)) {
      classifies(judge);
    }
  }

  /** Random matches, and random packets that a plain look through the matches decides. */
  private static void classifies(Judge judge) {
    Random random = new Random(5);
    for (int round = 0; round < 4; round++) {
      List<Sharing.ShareClass> classes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        classes.add(
            new Sharing.ShareClass(
                "c" + i,
                Rate.megabits(1),
                null,
                null,
                null,
                null,
                List.of(match(random)),
                List.of()));
      }
      Sharing sharing = new Sharing("w*", null, null, Rate.megabits(10), null, classes);
      Spec spec = spec(List.of(), List.of(), List.of(sharing));
      try (Generation generation = judge.load(scene(judge, spec, Map.of()))) {
        int classified = 0;
        for (int i = 0; i < 500; i++) {
          Prefix from = Prefix.four(0x0a00_0000 | random.nextInt(16), 32);
          Prefix to = Prefix.four(0x0a00_0000 | random.nextInt(16), 32);
          int protocol = random.nextBoolean() ? 6 : UDP;
          int fromPort = 1 + random.nextInt(12);
          int toPort = 1 + random.nextInt(12);
          int tos = random.nextInt(4) << 2;
          int mark = random.nextInt(8);
          byte[] packet = Frames.of(from, to, protocol, fromPort, toPort, 0, tos);
          int expected = DEFAULT_CLASS;
          for (int c = classes.size() - 1; c >= 0; c--) {
            Match match = classes.get(c).match().getFirst();
            if (fits(match, from, to, protocol, fromPort, toPort, tos >> 2, mark)) {
              expected = FIRST_CLASS + c;
            }
          }
          classified += expected == DEFAULT_CLASS ? 0 : 1;
          Judge.Result result =
              judge.run(generation, judge.device(0), Direction.EGRESS, packet, mark);
          assertThat(result.passes()).isTrue();
          assertThat(result.priority()).as("%s", classes).isEqualTo(expected);
        }
        assertThat(classified).isPositive();
      }
    }
  }

  /** Under different masks, or none, the same number means different packets. */
  @Test
  void marksAreToldApartByTheirMasks() {
    List<Match.Mark> marks =
        List.of(new Match.Mark(0x10, 0xfffL), new Match.Mark(0x10, 0xf0L), new Match.Mark(0, 0xfL));
    List<Sharing.ShareClass> classes = new ArrayList<>();
    for (Match.Mark mark : marks) {
      Match match = new Match(null, null, null, List.of(), List.of(), List.of(), mark);
      classes.add(
          new Sharing.ShareClass(
              "c" + classes.size(),
              Rate.megabits(1),
              null,
              null,
              null,
              null,
              List.of(match),
              List.of()));
    }
    Block blocked =
        new Block(
            "web",
            "w0",
            null,
            Way.UPLOAD,
            List.of(
                new Match(null, null, null, List.of(Ports.of(80)), List.of(), List.of(), null),
                new Match(
                    null,
                    null,
                    null,
                    List.of(Ports.of(81)),
                    List.of(),
                    List.of(),
                    marks.getLast())));
    Sharing sharing = new Sharing("w0", null, null, Rate.megabits(10), null, classes);
    Spec spec = spec(List.of(blocked), List.of(), List.of(sharing));
    try (Judge judge = Judge.engine(1);
        Generation generation = judge.load(scene(judge, spec, Map.of()))) {
      for (int port : List.of(80, 81, 82)) {
        byte[] packet = udp("10.0.0.1", "10.0.0.2", 1, port, 0);
        for (int mark : List.of(0x10, 0x910, 0x911, 0x20, 0x21, 0x310, 0)) {
          Judge.Result result =
              judge.run(generation, judge.device(0), Direction.EGRESS, packet, mark);
          int chosen =
              mark == 0x10
                  ? FIRST_CLASS
                  : (mark & 0xf0) == 0x10
                      ? FIRST_CLASS + 1
                      : (mark & 0xf) == 0 ? FIRST_CLASS + 2 : DEFAULT_CLASS;
          boolean passes = port == 82 || port == 81 && (mark & 0xf) != 0;
          assertThat(result.passes()).as("port %d, mark 0x%x", port, mark).isEqualTo(passes);
          if (passes) {
            assertThat(result.priority()).as("port %d, mark 0x%x", port, mark).isEqualTo(chosen);
          }
        }
      }
    }
  }

  private static Match match(Random random) {
    return new Match(
        random.nextBoolean() ? party(random) : null,
        random.nextInt(3) == 0 ? party(random) : null,
        random.nextBoolean() ? null : random.nextBoolean() ? Protocol.TCP : Protocol.UDP,
        random.nextBoolean() ? List.of() : List.of(ports(random)),
        random.nextInt(3) == 0 ? List.of(ports(random)) : List.of(),
        random.nextInt(6) == 0 ? List.of(random.nextInt(4)) : List.of(),
        random.nextInt(6) == 0 ? new Match.Mark(random.nextInt(4), 3L) : null);
  }

  private static Party party(Random random) {
    int bits = 28 + random.nextInt(5);
    return new Party(
        List.of(Prefix.four(0x0a00_0000 | random.nextInt(16), bits)),
        List.of(),
        List.of(),
        List.of(),
        random.nextBoolean() ? List.of() : List.of(Prefix.four(0x0a00_0000, 30)));
  }

  private static Ports ports(Random random) {
    int first = 1 + random.nextInt(10);
    return new Ports(first, first + random.nextInt(4));
  }

  private static boolean fits(
      Match match,
      Prefix from,
      Prefix to,
      int protocol,
      int fromPort,
      int toPort,
      int dscp,
      int mark) {
    return fits(match.from(), from)
        && fits(match.to(), to)
        && (match.protocol() == null || match.protocol().number() == protocol)
        && fits(match.ports(), toPort)
        && fits(match.sourcePorts(), fromPort)
        && (match.dscp().isEmpty() || match.dscp().contains(dscp))
        && (match.mark() == null || match.mark().value() == (mark & 3));
  }

  private static boolean fits(@Nullable Party party, Prefix address) {
    return party == null
        || party.prefixes().stream().anyMatch(one -> one.contains(address))
            && party.except().stream().noneMatch(one -> one.contains(address));
  }

  private static boolean fits(List<Ports> ports, int port) {
    return ports.isEmpty()
        || ports.stream().anyMatch(one -> port >= one.first() && port <= one.last());
  }

  @Test
  void saysWhereARuleIsWrong() {
    try (Judge judge = Judge.engine(1)) {
      Block nowhere = new Block("b", "eth7", null, null, List.of());
      assertThatThrownBy(
              () ->
                  judge.load(scene(judge, spec(List.of(nowhere), List.of(), List.of()), Map.of())))
          .hasMessage("/spec/blocks/0/device: no device is called eth7");
      Block unknown = new Block("b", "w0", null, null, List.of(from(outside("lost"))));
      assertThatThrownBy(
              () ->
                  judge.load(
                      scene(
                          judge,
                          spec(List.of(unknown), List.of(), List.of()),
                          Map.of("known", List.of()))))
          .hasMessage(
              "/spec/blocks/0/match/0/from/outside/0: expected the name of an address list, one of"
                  + " known, found lost");
    }
  }
}
