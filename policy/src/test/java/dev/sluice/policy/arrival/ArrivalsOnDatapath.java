package dev.sluice.policy.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Intermediate;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.policy.queue.QueueStep.Effect;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.queue.QueueTrees;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Shaping.Shape;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Sharing.ShareClass;
import dev.sluice.policy.spec.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds on either datapath. */
abstract class ArrivalsOnDatapath {
  private Steering steering;
  private OpenLinks links;

  /** A datapath with {@link #device}, of whose arrivals nobody takes care. */
  abstract Datapath datapath();

  abstract Device device();

  /** Whether a packet that comes to the device gets to the host. */
  abstract boolean passes();

  /** Takes the device away. */
  abstract void removeDevice();

  @BeforeEach
  final void begin() {
    steering = new Steering(datapath(), null, _ -> {});
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
    return new ShareClass(
        name, Rate.megabits(megabits), null, null, null, null, List.of(Match.ANY), List.of());
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

  final List<ArrivalStep> steps(@Nullable QueueTree wanted) {
    ArrivalPlan plan = look().plan(device(), wanted);
    assertThat(plan.obstacles()).isEmpty();
    return plan.steps();
  }

  final void apply(@Nullable QueueTree wanted) {
    steps(wanted).forEach(step -> step.run().run());
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
  private void thereAndBack(List<ArrivalStep> steps) {
    List<String> before = snapshot();
    for (int count = 1; count <= steps.size(); count++) {
      for (ArrivalStep step : steps.subList(0, count)) {
        step.run().run();
        assertThat(passes()).as("after: " + step).isTrue();
      }
      for (ArrivalStep step : steps.subList(0, count).reversed()) {
        step.undo().run();
        assertThat(passes()).as("after taking back: " + step).isTrue();
      }
      assertThat(snapshot()).as(count + " steps and back").isEqualTo(before);
    }
  }

  @Test
  void arrivalsAreHeldAndLetGo() {
    List<ArrivalStep> building = steps(held(10, null));
    assertThat(building)
        .extracting(ArrivalStep::text)
        .containsExactly(
            "make ifb "
                + OwnIfb.name(device().index())
                + " for what arrives at eth0, make the"
                + " queue of "
                + OwnIfb.name(device().index())
                + ": tbf, rate 10Mbit, burst 25000b",
            "send what arrives at eth0 to " + OwnIfb.name(device().index()),
            "put sluice_steer at the end of the ingress chain of eth0");
    assertThat(building).extracting(ArrivalStep::effect).containsOnly(Effect.HITLESS);
    assertThat(look().areHandled(device())).isFalse();
    thereAndBack(building);
    apply(held(10, null));
    assertThat(look().areHandled(device())).isTrue();
    assertThat(passes()).isTrue();
    assertThat(datapath().trafficControl().qdiscs(ifb()).getFirst().statistics().packets())
        .isPositive();
    List<ArrivalStep> removal = steps(null);
    assertThat(removal)
        .extracting(ArrivalStep::effect)
        .containsExactly(Effect.HITLESS, Effect.HITLESS, Effect.LOSSY);
    thereAndBack(removal);
    apply(null);
    assertThat(datapath().intermediates().list()).isEmpty();
    assertThat(look().areHandled(device())).isFalse();
    assertThat(passes()).isTrue();
  }

  @Test
  void itsQueueChangesAsThatOfAnyDevice() {
    apply(shared(20, leaf("web", 12), leaf("mail", 6)));
    List<ArrivalStep> change = steps(shared(20, leaf("web", 10), leaf("mail", 6)));
    assertThat(change).singleElement().extracting(ArrivalStep::effect).isEqualTo(Effect.HITLESS);
    assertThat(change.getFirst().text()).contains("web").contains("12Mbit → 10Mbit");
    thereAndBack(change);
    thereAndBack(steps(held(20, null)));
    thereAndBack(steps(null));
    apply(held(20, null));
    apply(null);
  }

  @Test
  void aQueueThatIsRefusedLeavesNoIfb() {
    List<ArrivalStep> steps = steps(held(10, null));
    Device taken = datapath().intermediates().create(OwnIfb.name(device().index()), 5);
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> steps.getFirst().run().run()))
        .isInstanceOf(dev.sluice.datapath.KernelRejected.class);
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

  @Test
  void whatBelongsToADeviceThatIsGoneIsRemoved() {
    apply(held(10, null));
    Device left = ifb();
    removeDevice();
    List<ArrivalStep> steps = look().planLeftovers().steps();
    assertThat(steps)
        .extracting(ArrivalStep::text)
        .anyMatch(text -> text.startsWith("remove ifb " + left + " of the device with index "));
    steps.forEach(step -> step.run().run());
    assertThat(datapath().intermediates().list()).isEmpty();
    assertThat(steering.entries()).isEmpty();
    assertThat(look().planLeftovers().steps()).isEmpty();
  }
}
