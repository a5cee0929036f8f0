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
import dev.sluice.policy.spec.Shaping.Shape;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.step.ChangeStep;
import dev.sluice.policy.step.Label;
import dev.sluice.policy.step.Step;
import dev.sluice.policy.step.StepRun;
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

  private List<ChangeStep> steps(QueueTree wanted) {
    QueuePlan plan = QueueDiff.of(control(), device(), wanted);
    assertThat(plan.foreign()).isNull();
    return plan.steps();
  }

  private void apply(QueueTree wanted) {
    StepRun.Result result = new StepRun(steps(wanted)).run();
    assertThat(result.reason()).isNull();
    assertThat(result.warnings()).isEmpty();
    assertThat(steps(wanted)).isEmpty();
  }

  private QueueTree.Shared applied(Sharing sharing) {
    QueueTree.Shared tree = QueueTrees.shared(sharing, null, Map.of());
    apply(tree);
    return tree;
  }

  /** Qdiscs and classes, without what is counted. */
  final List<String> snapshot() {
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

  private static List<String> ids(List<ChangeStep> steps) {
    return steps.stream()
        .map(ChangeStep::change)
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
  private void refuse(List<ChangeStep> steps) {
    List<String> before = snapshot();
    OfQdisc impossible =
        OfQdisc.add(device(), Handle.of(0x77, 1), Handle.of(0x78, 0), new Qdisc.Bfifo(1L));
    ChangeStep bad =
        new QueueSteps(control(), device()).hitless(impossible, List.of(), "impossible");
    for (int place = 0; place <= steps.size(); place++) {
      List<ChangeStep> all = new ArrayList<>(steps);
      all.add(place, bad);
      StepRun run = new StepRun(all);
      StepRun.Result result = run.run();
      assertThat(result.failed()).isEqualTo(bad);
      assertThat(result.isUndone()).isTrue();
      assertThat(run.undo()).isEmpty();
      assertThat(snapshot()).as("refused at " + place).isEqualTo(before);
    }
  }

  @Test
  void aTokenBucketIsMadeChangedAndRemoved() {
    List<String> before = snapshot();
    apply(QueueTrees.held(Sharings.shape(10, 25_000L)));
    List<ChangeStep> change = steps(QueueTrees.held(Sharings.shape(7, 25_000L)));
    assertThat(change).singleElement().extracting(Step::label).isEqualTo(Label.HITLESS);
    assertThat(change.getFirst().sentence()).contains("rate 10Mbit → 7Mbit");
    refuse(change);
    apply(QueueTrees.held(Sharings.shape(7, 25_000L)));
    List<ChangeStep> removal = QueueDiff.of(control(), device(), null).steps();
    assertThat(removal).singleElement().extracting(Step::label).isEqualTo(Label.LOSSY);
    refuse(removal);
    assertThat(new StepRun(removal).run().isDone()).isTrue();
    assertThat(snapshot()).isEqualTo(before);
    assertThat(QueueDiff.of(control(), device(), null).steps()).isEmpty();
  }

  /** What waits may be larger than the new bucket, and then the kernel sends nothing ever again. */
  @Test
  void aSmallerBucketIsMadeAnew() {
    apply(QueueTrees.held(Sharings.shape(100, null)));
    List<ChangeStep> smaller = steps(QueueTrees.held(Sharings.shape(10, null)));
    assertThat(ids(smaller)).containsExactly("DELETE queue of root", "ADD queue of root");
    assertThat(smaller).extracting(Step::label).containsOnly(Label.REBUILD);
    refuse(smaller);
    apply(QueueTrees.held(Sharings.shape(10, null)));
    List<ChangeStep> larger = steps(QueueTrees.held(Sharings.shape(100, null)));
    assertThat(larger).singleElement().extracting(Step::label).isEqualTo(Label.HITLESS);
    assertThat(larger.getFirst().inverse()).hasSize(2);
    refuse(larger);
    apply(QueueTrees.held(Sharings.shape(100, null)));
    // No packet is as large as this.
    assertThat(steps(QueueTrees.held(Sharings.shape(50, null))))
        .singleElement()
        .extracting(Step::label)
        .isEqualTo(Label.HITLESS);
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
    List<ChangeStep> building = steps(tree);
    refuse(building);
    assertThat(snapshot()).isEqualTo(before);
    apply(tree);
    assertThat(control().classes(device())).hasSize(6);
    assertThat(control().qdiscs(device()))
        .filteredOn(entry -> entry.qdisc() instanceof Qdisc.Bfifo)
        .hasSize(4);
    List<ChangeStep> removal = QueueDiff.of(control(), device(), null).steps();
    assertThat(removal).hasSize(1);
    refuse(removal);
    assertThat(new StepRun(removal).run().isDone()).isTrue();
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
    List<ChangeStep> steps = steps(edited);
    assertThat(ids(steps)).containsExactly("CHANGE 51ce:3");
    assertThat(steps.getFirst().label()).isEqualTo(Label.HITLESS);
    assertThat(steps.getFirst().sentence()).contains("web").contains("rate 60Mbit → 50Mbit");
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
    List<ChangeStep> steps = steps(edited);
    assertThat(ids(steps)).containsExactly("ADD 51ce:7", "ADD queue of 51ce:7", "DELETE 51ce:3");
    assertThat(steps.getLast().label()).isEqualTo(Label.LOSSY);
    assertThat(steps.getLast().sentence()).startsWith("delete class web (51ce:3), ");
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
    List<ChangeStep> closing = steps(leaf);
    assertThat(ids(closing))
        .containsExactly("DELETE 51ce:5", "DELETE 51ce:6", "CHANGE 51ce:4", "ADD queue of 51ce:4");
    refuse(closing);
    apply(leaf);
    List<ChangeStep> opening = steps(inner);
    assertThat(opening).extracting(Step::label).contains(Label.REBUILD);
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
    List<ChangeStep> steps = steps(moved);
    assertThat(ids(steps)).containsExactly("DELETE 51ce:6", "ADD 51ce:6", "ADD queue of 51ce:6");
    assertThat(steps.getFirst().label()).isEqualTo(Label.REBUILD);
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
    List<ChangeStep> steps = steps(other);
    assertThat(steps.getFirst().label()).isEqualTo(Label.REBUILD);
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
    List<ChangeStep> steps = steps(tree);
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
    List<ChangeStep> steps = steps(QueueTrees.shared(THREE, null, Map.of()));
    applied(Sharings.of(100, null, Sharings.leaf("other", 1)));
    List<String> before = snapshot();
    StepRun.Result result = new StepRun(steps).run();
    assertThat(result.failed()).isEqualTo(steps.getFirst());
    assertThat(result.isUndone()).isTrue();
    assertThat(snapshot()).isEqualTo(before);
  }

  /** Its queue is not, although what is sent behind a refusal is done. */
  @Test
  void nothingIsPutIntoAClassThatCameMeanwhile() {
    QueueTree.Shared tree = applied(THREE);
    QueueTree.Shared edited =
        QueueTrees.shared(
            Sharings.of(
                100,
                null,
                Sharings.leaf("web", 60, Rate.megabits(80), 1),
                THREE.classes().get(1),
                Sharings.leaf("new", 5)),
            null,
            tree.numbers());
    List<ChangeStep> steps = steps(edited);
    assertThat(ids(steps)).startsWith("ADD 51ce:7", "ADD queue of 51ce:7");
    control().apply(steps.getFirst().change());
    List<String> before = snapshot();
    StepRun.Result result = new StepRun(steps).run();
    assertThat(result.failed()).isEqualTo(steps.getFirst());
    assertThat(result.isUndone()).isTrue();
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
