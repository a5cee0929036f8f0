package dev.sluice.policy.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Intermediate;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.policy.queue.Owner;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.queue.QueueTrees;
import dev.sluice.policy.rule.Generation;
import dev.sluice.policy.rule.RuleCompiler;
import dev.sluice.policy.rule.RuleName;
import dev.sluice.policy.rule.Scene;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Ports;
import dev.sluice.policy.spec.Protocol;
import dev.sluice.policy.spec.Shaping.Shape;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Sharing.ShareClass;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.TrafficPolicy;
import dev.sluice.policy.spec.Way;
import dev.sluice.policy.step.Label;
import dev.sluice.policy.step.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds on either datapath. */
abstract class ArrivalsOnDatapath {
  private Steering steering;
  private OpenLinks links;
  private final List<Integer> tables = new ArrayList<>();

  /** A datapath with {@link #device}, of whose arrivals nobody takes care. */
  abstract Datapath datapath();

  abstract Device device();

  /** Whether a packet that comes to the device gets to the host. */
  abstract boolean passes();

  /**
   * Sends UDP from {@code 10.0.0.2} to {@code 10.0.0.1} for a second and a half, 20 Mbit/s to each
   * of some ports, in packets of 1200 bytes and headers.
   *
   * @return what came to each port in the last second of it, in bits of whole frames
   */
  abstract Map<Integer, Long> flood(int... ports) throws Exception;

  /** Takes the device away. */
  abstract void removeDevice();

  @BeforeEach
  final void begin() {
    steering = new Steering(datapath(), null, made -> tables.add(made.info().id()));
    links = new OpenLinks(datapath());
  }

  @AfterEach
  final void end() {
    links.close();
    steering.close();
  }

  static QueueTree held(long megabits, @Nullable Long burst) {
    return QueueTrees.held(
        new Shape(Rate.megabits(megabits), burst == null ? null : new DataSize(burst), null));
  }

  static ShareClass leaf(String name, long megabits) {
    return leaf(name, megabits, Match.ANY);
  }

  private static ShareClass leaf(String name, long megabits, Match match) {
    return new ShareClass(
        name, Rate.megabits(megabits), null, null, null, null, List.of(match), List.of());
  }

  private static Match udp(int port) {
    return new Match(null, null, Protocol.UDP, List.of(Ports.of(port)), List.of(), List.of(), null);
  }

  static Sharing sharing(long megabits, ShareClass... classes) {
    return new Sharing("eth0", null, Way.DOWNLOAD, Rate.megabits(megabits), null, List.of(classes));
  }

  static QueueTree.Shared shared(long megabits, ShareClass... classes) {
    return QueueTrees.shared(sharing(megabits, classes), null, Map.of());
  }

  final Steering steering() {
    return steering;
  }

  final Arrivals look() {
    return Arrivals.look(datapath(), steering, links);
  }

  final List<Step> steps(@Nullable QueueTree wanted) {
    ArrivalPlan plan = look().plan(device(), wanted);
    assertThat(plan.obstacles()).isEmpty();
    return plan.steps();
  }

  final void apply(@Nullable QueueTree wanted) {
    steps(wanted).forEach(Step::run);
    assertThat(steps(wanted)).isEmpty();
  }

  final Device ifb() {
    return datapath().device(OwnIfb.name(device().index()));
  }

  /** All that is there, without numbers that differ from one time to the next. */
  private List<String> snapshot() {
    List<String> lines = new ArrayList<>();
    for (Intermediate ifb : datapath().intermediates().list()) {
      lines.add(ifb + " group " + ifb.group() + " up " + ifb.up());
      for (QdiscEntry entry : datapath().trafficControl().qdiscs(ifb.device())) {
        lines.add(entry.handle() + " at " + entry.parent() + ": " + entry.qdisc());
      }
      for (ClassEntry entry : datapath().trafficControl().classes(ifb.device())) {
        lines.add(entry.id() + " at " + entry.parent() + ": " + entry.trafficClass());
      }
      steering
          .entries()
          .forEach(
              (from, to) -> {
                if (to == ifb.device().index()) {
                  lines.add(from + " goes to " + ifb);
                }
              });
    }
    int programs =
        datapath().chain(new AttachPoint.Tcx(device(), Direction.INGRESS)).query().entries().size();
    lines.add(programs + " programs");
    return lines;
  }

  /**
   * Goes to each step and back again, and at each place whoever is cut off leaves packets alone.
   */
  private void thereAndBack(List<Step> steps) {
    List<String> before = snapshot();
    for (int count = 1; count <= steps.size(); count++) {
      for (Step step : steps.subList(0, count)) {
        step.run();
        assertThat(passes()).as("after: " + step).isTrue();
      }
      for (Step step : steps.subList(0, count).reversed()) {
        step.undo();
        assertThat(passes()).as("after taking back: " + step).isTrue();
      }
      assertThat(snapshot()).as(count + " steps and back").isEqualTo(before);
    }
  }

  @Test
  void arrivalsAreHeldAndLetGo() {
    List<Step> building = steps(held(10, null));
    assertThat(building)
        .extracting(Step::sentence)
        .containsExactly(
            "make ifb "
                + OwnIfb.name(device().index())
                + " for what arrives at eth0, make the"
                + " queue of "
                + OwnIfb.name(device().index())
                + ": tbf, rate 10Mbit, burst 25000b",
            "send what arrives at eth0 to " + OwnIfb.name(device().index()),
            "put sluice_steer at the end of the ingress chain of eth0");
    assertThat(building).extracting(Step::label).containsOnly(Label.HITLESS);
    assertThat(look().areHandled(device())).isFalse();
    thereAndBack(building);
    apply(held(10, null));
    assertThat(look().areHandled(device())).isTrue();
    assertThat(passes()).isTrue();
    assertThat(datapath().trafficControl().qdiscs(ifb()).getFirst().statistics().packets())
        .isPositive();
    List<Step> removal = steps(null);
    assertThat(removal)
        .extracting(Step::label)
        .containsExactly(Label.HITLESS, Label.HITLESS, Label.LOSSY);
    thereAndBack(removal);
    apply(null);
    assertThat(datapath().intermediates().list()).isEmpty();
    assertThat(look().areHandled(device())).isFalse();
    assertThat(passes()).isTrue();
  }

  @Test
  void itsQueueChangesAsThatOfAnyDevice() {
    apply(shared(20, leaf("web", 12), leaf("mail", 6)));
    List<Step> change = steps(shared(20, leaf("web", 10), leaf("mail", 6)));
    assertThat(change).singleElement().extracting(Step::label).isEqualTo(Label.HITLESS);
    assertThat(change.getFirst().sentence()).contains("web").contains("12Mbit → 10Mbit");
    thereAndBack(change);
    thereAndBack(steps(held(20, null)));
    thereAndBack(steps(null));
    apply(held(20, null));
    apply(null);
  }

  /** The rules of {@code sluice_in} give classes before {@code sluice_steer} sends to the queue. */
  @Test
  void arrivalsAreSharedOutByRules() throws Exception {
    Sharing sharing = sharing(20, leaf("web", 12, udp(80)), leaf("mail", 6, udp(25)));
    QueueTree.Shared tree = QueueTrees.shared(sharing, null, Map.of());
    Scene scene =
        new Scene(
            List.of(
                new Scene.Source(
                    TrafficPolicy.of("test", spec(sharing)),
                    Map.of(),
                    (at, problem) -> new IllegalStateException(at + ": " + problem))),
            List.of(),
            List.of(device()),
            (_, _, name) ->
                Owner.classId(
                        name == null
                            ? tree.defaultMinor()
                            : Objects.requireNonNull(tree.numbers().get(name)))
                    .value());
    apply(tree);
    try (Generation rules = Generation.load(datapath(), RuleCompiler.compile(scene), Map.of());
        Link judging =
            datapath()
                .chain(new AttachPoint.Tcx(device(), Direction.INGRESS))
                .attach(rules.program(Direction.INGRESS), AttachOptions.at(Anchor.head()))) {
      assertThat(judging.info().isDefunct()).isFalse();
      Map<Integer, Long> all = flood(80, 25, 9);
      assertThat(all.values().stream().mapToLong(Long::longValue).sum())
          .isCloseTo(20_000_000L, Percentage.withPercentage(5));
      assertThat(all.get(80)).isBetween(11_500_000L, 14_000_000L);
      assertThat(all.get(25)).isBetween(5_700_000L, 8_000_000L);
      // The rest is guaranteed a hundredth, and borrows behind the others.
      assertThat(all.get(9)).isBetween(150_000L, 700_000L);
      assertThat(flood(25, 9).get(25)).isBetween(18_500_000L, 20_500_000L);
      assertThat(packetsOf(tree, "web")).isPositive();
      assertThat(packetsOf(tree, QueueTree.REST)).isPositive();
      assertThat(rules.counts()).containsKey(new RuleName("test", RuleName.Kind.CLASS, "web"));
    }
  }

  private static Spec spec(Sharing sharing) {
    return new Spec(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(sharing),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private long packetsOf(QueueTree.Shared tree, String name) {
    return datapath().trafficControl().classes(ifb()).stream()
        .filter(entry -> entry.id().equals(Objects.requireNonNull(tree.find(name)).id()))
        .mapToLong(entry -> entry.statistics().packets())
        .sum();
  }

  @Test
  void aQueueThatIsRefusedLeavesNoIfb() {
    List<Step> steps = steps(held(10, null));
    Device taken = datapath().intermediates().create(OwnIfb.name(device().index()), 5);
    assertThatExceptionOfType(KernelRejected.class).isThrownBy(() -> steps.getFirst().run());
    assertThat(datapath().intermediates().list()).containsExactly(new Intermediate(taken, 5, true));
  }

  @Test
  void whatOthersMadeIsLeftAlone() {
    Device taken = datapath().intermediates().create(OwnIfb.name(device().index()), 0);
    Device other = datapath().intermediates().create("ifb0", OwnIfb.GROUP);
    ArrivalPlan plan = look().plan(device(), held(10, null));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles())
        .singleElement()
        .asString()
        .contains("somebody else made")
        .contains("`ip link del " + taken + "`");
    assertThat(steps(null)).isEmpty();
    assertThat(look().planLeftovers().steps()).isEmpty();
    assertThat(datapath().devices()).contains(taken, other);
  }

  @Test
  void anotherQueueInOursIsInTheWay() {
    apply(held(10, null));
    datapath().trafficControl().apply(OfQdisc.delete(ifb(), Handle.ROOT));
    datapath()
        .trafficControl()
        .apply(OfQdisc.add(ifb(), Handle.ROOT, Handle.of(1, 0), new Qdisc.Bfifo(100_000L)));
    ArrivalPlan plan = look().plan(device(), held(10, null));
    assertThat(plan.obstacles()).singleElement().asString().contains("somebody else made");
    apply(null);
  }

  @Test
  void anIfbThatSomebodyRemovedIsMadeAgain() {
    apply(held(10, null));
    datapath().intermediates().delete(ifb());
    assertThat(passes()).as("without it").isTrue();
    assertThat(steps(held(10, null))).hasSize(2);
    apply(held(10, null));
    assertThat(passes()).isTrue();
    datapath().intermediates().delete(ifb());
    apply(null);
    assertThat(steering.entries()).isEmpty();
  }

  /** The program of the earlier run is attached, and looks into the table that is handed on. */
  @Test
  void aLaterRunGoesOnFromAnEarlierOne() {
    assertThat(look().plan(device(), null).steps()).isEmpty();
    assertThat(tables).as("looking makes none").isEmpty();
    apply(held(10, null));
    assertThat(tables).hasSize(1);
    try (Steering later =
        new Steering(datapath(), datapath().maps().open(tables.getFirst()), _ -> tables.add(0))) {
      Arrivals found = Arrivals.look(datapath(), later, links);
      assertThat(found.plan(device(), held(10, null)).steps()).isEmpty();
      datapath().intermediates().delete(ifb());
      Arrivals.look(datapath(), later, links)
          .plan(device(), held(10, null))
          .steps()
          .forEach(Step::run);
      assertThat(passes()).isTrue();
      assertThat(datapath().trafficControl().qdiscs(ifb()).getFirst().statistics().packets())
          .isPositive();
    }
    assertThat(tables).hasSize(1);
  }

  @Test
  void whatBelongsToADeviceThatIsGoneIsRemoved() {
    apply(held(10, null));
    Device left = ifb();
    removeDevice();
    List<Step> steps = look().planLeftovers().steps();
    assertThat(steps)
        .extracting(Step::sentence)
        .anyMatch(text -> text.startsWith("remove ifb " + left + " of the device with index "));
    steps.forEach(Step::run);
    assertThat(datapath().intermediates().list()).isEmpty();
    assertThat(steering.entries()).isEmpty();
    assertThat(look().planLeftovers().steps()).isEmpty();
  }
}
