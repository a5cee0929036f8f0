package dev.sluice.policy.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.OfClass;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.policy.queue.QueueStep.Effect;
import dev.sluice.policy.spec.Shaping.Shape;
import dev.sluice.policy.spec.Sharing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What holds on either datapath. */
abstract class QueueOnDatapath {
  private static final Sharing THREE =
      Sharings.of(
          100,
          null,
          Sharings.leaf("web", 60, Rate.megabits(80), 1),
          Sharings.inner("bulk", 30, Sharings.leaf("mail", 10), Sharings.leaf("backup", 20)));

  /** The traffic control of the datapath. */
  abstract TrafficControl control();

  /** A device without a queue of anybody's. */
  abstract Device device();

  private List<QueueStep> steps(QueueTree wanted) {
    QueuePlan plan = QueueDiff.of(control(), device(), wanted);
    assertThat(plan.foreign()).isNull();
    return plan.steps();
  }

  private void apply(QueueTree wanted) {
    QueueReport report = QueueRun.apply(control(), steps(wanted));
    assertThat(report.refusal()).isNull();
    assertThat(report.warnings()).isEmpty();
    assertThat(steps(wanted)).isEmpty();
  }

  private QueueTree.Shared applied(Sharing sharing) {
    QueueTree.Shared tree = QueueTrees.shared(sharing, null, Map.of());
    apply(tree);
    return tree;
  }

  private List<String> snapshot() {
    List<String> lines = new ArrayList<>();
    for (QdiscEntry entry : control().qdiscs(device())) {
      lines.add(entry.handle() + " at " + entry.parent() + ": " + entry.qdisc());
    }
    for (ClassEntry entry : control().classes(device())) {
      lines.add(
          entry.id() + " at " + entry.parent() + " " + entry.leaf() + ": " + entry.trafficClass());
    }
    lines.sort(null);
    return lines;
  }

  private static List<String> ids(List<QueueStep> steps) {
    return steps.stream()
        .map(QueueStep::change)
        .map(
            change ->
                switch (change) {
                  case OfClass c -> c.verb() + " " + c.id();
                  case OfQdisc q -> q.verb() + " queue of " + q.parent();
                  case Change.OfFilter f -> throw new AssertionError(f);
                })
        .toList();
  }

  /** Does the steps and one more among them that is refused; all is to be as before. */
  private void refuse(List<QueueStep> steps) {
    List<String> before = snapshot();
    OfQdisc impossible =
        OfQdisc.add(device(), Handle.of(0x77, 1), Handle.of(0x78, 0), new Qdisc.Bfifo(1L));
    QueueStep bad = QueueStep.hitless(impossible, List.of(), "impossible");
    for (int place = 0; place <= steps.size(); place++) {
      List<QueueStep> all = new ArrayList<>(steps);
      all.add(place, bad);
      QueueReport report = QueueRun.apply(control(), all);
      assertThat(report.isDone()).isFalse();
      assertThat(report.done()).isZero();
      assertThat(report.refusal()).isNotNull().extracting(QueueReport.Refusal::step).isEqualTo(bad);
      assertThat(report.notTakenBack()).isEmpty();
      assertThat(snapshot()).as("refused at " + place).isEqualTo(before);
    }
  }

  @Test
  void aTokenBucketIsMadeChangedAndRemoved() {
    List<String> before = snapshot();
    apply(QueueTrees.held(Sharings.shape(10, 25_000L)));
    List<QueueStep> change = steps(QueueTrees.held(Sharings.shape(7, 25_000L)));
    assertThat(change).singleElement().extracting(QueueStep::effect).isEqualTo(Effect.HITLESS);
    assertThat(change.getFirst().text()).contains("rate 10Mbit → 7Mbit");
    refuse(change);
    apply(QueueTrees.held(Sharings.shape(7, 25_000L)));
    List<QueueStep> removal = QueueDiff.of(control(), device(), null).steps();
    assertThat(removal).singleElement().extracting(QueueStep::effect).isEqualTo(Effect.LOSSY);
    refuse(removal);
    assertThat(QueueRun.apply(control(), removal).isDone()).isTrue();
    assertThat(snapshot()).isEqualTo(before);
    assertThat(QueueDiff.of(control(), device(), null).steps()).isEmpty();
  }

  /** What waits may be larger than the new bucket, and then the kernel sends nothing ever again. */
  @Test
  void aSmallerBucketIsMadeAnew() {
    apply(QueueTrees.held(Sharings.shape(100, null)));
    List<QueueStep> smaller = steps(QueueTrees.held(Sharings.shape(10, null)));
    assertThat(ids(smaller)).containsExactly("DELETE queue of root", "ADD queue of root");
    assertThat(smaller).extracting(QueueStep::effect).containsOnly(Effect.REBUILD);
    refuse(smaller);
    apply(QueueTrees.held(Sharings.shape(10, null)));
    List<QueueStep> larger = steps(QueueTrees.held(Sharings.shape(100, null)));
    assertThat(larger).singleElement().extracting(QueueStep::effect).isEqualTo(Effect.HITLESS);
    assertThat(larger.getFirst().inverse()).hasSize(2);
    refuse(larger);
    apply(QueueTrees.held(Sharings.shape(100, null)));
    // No packet is as large as this.
    assertThat(steps(QueueTrees.held(Sharings.shape(50, null))))
        .singleElement()
        .extracting(QueueStep::effect)
        .isEqualTo(Effect.HITLESS);
  }

  @Test
  void everyRateReadsBackAsItWasGiven() {
    for (long bits : new long[] {8_000, 1_234_567, 33_333_333, 999_999_937, 40_000_000_000L}) {
      Rate rate = Rate.bits(bits);
      apply(QueueTrees.held(new Shape(rate, null, null)));
      refuse(QueueDiff.of(control(), device(), null).steps());
    }
    for (long megabits : new long[] {1, 3, 777, 40_000, 400_000}) {
      apply(
          QueueTrees.shared(
              Sharings.of(megabits, null, Sharings.leaf("a", 1)), null, Map.of("a", 3)));
    }
  }

  @Test
  void classesAreMadeAndRemoved() {
    List<String> before = snapshot();
    QueueTree.Shared tree = QueueTrees.shared(THREE, null, Map.of());
    List<QueueStep> building = steps(tree);
    refuse(building);
    assertThat(snapshot()).isEqualTo(before);
    apply(tree);
    assertThat(control().classes(device())).hasSize(6);
    assertThat(control().qdiscs(device()))
        .filteredOn(entry -> entry.qdisc() instanceof Qdisc.Bfifo)
        .hasSize(4);
    List<QueueStep> removal = QueueDiff.of(control(), device(), null).steps();
    assertThat(removal).hasSize(1);
    refuse(removal);
    assertThat(QueueRun.apply(control(), removal).isDone()).isTrue();
    assertThat(snapshot()).isEqualTo(before);
  }

  @Test
  void aChangedRateIsOneStepThatLosesNothing() {
    QueueTree.Shared tree = applied(THREE);
    QueueTree.Shared edited =
        QueueTrees.shared(
            Sharings.of(
                100, null, Sharings.leaf("web", 50, Rate.megabits(80), 1), THREE.classes().get(1)),
            null,
            tree.numbers());
    List<QueueStep> steps = steps(edited);
    assertThat(ids(steps)).containsExactly("CHANGE 51ce:3");
    assertThat(steps.getFirst().effect()).isEqualTo(Effect.HITLESS);
    assertThat(steps.getFirst().text()).contains("web").contains("rate 60Mbit → 50Mbit");
    refuse(steps);
    apply(edited);
  }

  @Test
  void aRenamedClassIsAnotherClass() {
    QueueTree.Shared tree = applied(THREE);
    QueueTree.Shared edited =
        QueueTrees.shared(
            Sharings.of(
                100, null, Sharings.leaf("www", 60, Rate.megabits(80), 1), THREE.classes().get(1)),
            null,
            tree.numbers());
    List<QueueStep> steps = steps(edited);
    assertThat(ids(steps)).containsExactly("ADD 51ce:7", "ADD queue of 51ce:7", "DELETE 51ce:3");
    assertThat(steps.getLast().effect()).isEqualTo(Effect.LOSSY);
    assertThat(steps.getLast().text()).startsWith("delete class web (51ce:3), ");
    refuse(steps);
    apply(edited);
  }

  @Test
  void aClassBecomesOneWithClassesAndBack() {
    QueueTree.Shared inner = applied(THREE);
    QueueTree.Shared leaf =
        QueueTrees.shared(
            Sharings.of(
                100,
                null,
                Sharings.leaf("web", 60, Rate.megabits(80), 1),
                Sharings.leaf("bulk", 30, null, 3)),
            null,
            inner.numbers());
    List<QueueStep> closing = steps(leaf);
    assertThat(ids(closing))
        .containsExactly("DELETE 51ce:5", "DELETE 51ce:6", "CHANGE 51ce:4", "ADD queue of 51ce:4");
    refuse(closing);
    apply(leaf);
    List<QueueStep> opening = steps(inner);
    assertThat(opening).extracting(QueueStep::effect).contains(Effect.REBUILD);
    refuse(opening);
    apply(inner);
  }

  @Test
  void aClassBelowAnotherIsMadeAnew() {
    QueueTree.Shared tree = applied(THREE);
    QueueTree.Shared moved =
        QueueTrees.shared(
            Sharings.of(
                100,
                null,
                Sharings.leaf("web", 60, Rate.megabits(80), 1),
                Sharings.leaf("backup", 20),
                Sharings.inner("bulk", 30, Sharings.leaf("mail", 10))),
            null,
            tree.numbers());
    List<QueueStep> steps = steps(moved);
    assertThat(ids(steps)).containsExactly("DELETE 51ce:6", "ADD 51ce:6", "ADD queue of 51ce:6");
    assertThat(steps.getFirst().effect()).isEqualTo(Effect.REBUILD);
    refuse(steps);
    apply(moved);
  }

  @Test
  void anotherDefaultClassOrKindRebuilds() {
    applied(THREE);
    QueueTree.Shared other =
        QueueTrees.shared(
            Sharings.of(100, "web", THREE.classes().toArray(Sharing.ShareClass[]::new)),
            null,
            Map.of());
    List<QueueStep> steps = steps(other);
    assertThat(steps.getFirst().effect()).isEqualTo(Effect.REBUILD);
    refuse(steps);
    apply(other);
    refuse(steps(QueueTrees.held(Sharings.shape(10, null))));
    apply(QueueTrees.held(Sharings.shape(10, null)));
    refuse(steps(other));
    apply(other);
  }

  @Test
  void whatSomebodyChangedInOursIsPutRight() {
    QueueTree.Shared tree = applied(THREE);
    Handle web = Owner.classId(3);
    control().apply(OfQdisc.delete(device(), web));
    control().apply(OfQdisc.delete(device(), Owner.classId(5)));
    control()
        .apply(OfQdisc.add(device(), Owner.classId(5), Handle.of(0x99, 0), new Qdisc.Pfifo(10L)));
    control()
        .apply(
            new OfQdisc(
                Verb.CHANGE,
                device(),
                Owner.classId(6),
                Handle.UNSPECIFIED,
                "bfifo",
                new Qdisc.Bfifo(5000L),
                null));
    List<QueueStep> steps = steps(tree);
    assertThat(ids(steps))
        .containsExactly(
            "ADD queue of 51ce:3",
            "DELETE queue of 51ce:5",
            "ADD queue of 51ce:5",
            "CHANGE queue of 51ce:6");
    refuse(steps);
    apply(tree);
  }

  @Test
  void aQueueOfSomebodyElseIsLeftAlone() {
    control().apply(OfQdisc.add(device(), Handle.ROOT, Handle.of(1, 0), Htb.withDefault(0x10)));
    control()
        .apply(
            OfClass.add(
                device(),
                Handle.of(1, 0),
                Handle.of(1, 0x10),
                HtbClass.of(Rate.megabits(1), Rate.megabits(1))));
    QueuePlan plan = QueueDiff.of(control(), device(), QueueTrees.held(Sharings.shape(10, null)));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.foreign()).isEqualTo(new ForeignQueue(device(), "htb", Handle.of(1, 0)));
    assertThat(plan.foreign()).asString().contains("`tc qdisc del dev eth0 root`");
    assertThat(QueueDiff.of(control(), device(), null))
        .isEqualTo(new QueuePlan(device(), List.of(), null));
  }

  @Test
  void nothingIsPutIntoAQueueThatCameMeanwhile() {
    List<QueueStep> steps = steps(QueueTrees.shared(THREE, null, Map.of()));
    applied(Sharings.of(100, null, Sharings.leaf("other", 1)));
    List<String> before = snapshot();
    QueueReport report = QueueRun.apply(control(), steps);
    assertThat(report.refusal())
        .isNotNull()
        .extracting(QueueReport.Refusal::step)
        .isEqualTo(steps.getFirst());
    assertThat(report.notTakenBack()).isEmpty();
    assertThat(snapshot()).isEqualTo(before);
  }

  @Test
  void theDeepestNestingWorks() {
    applied(Sharings.of(10, null, QueueLintTest.nested(7)));
    assertThat(control().classes(device())).hasSize(9);
  }

  @Test
  void tokensOfAFrameSayWhatTheyAre() {
    apply(QueueTrees.held(Sharings.shape(10, 4096L)));
    assertThat(control().qdiscs(device()).getFirst().qdisc())
        .isInstanceOfSatisfying(Tbf.class, tbf -> assertThat(tbf.burst().bytes()).isEqualTo(4096));
  }
}
