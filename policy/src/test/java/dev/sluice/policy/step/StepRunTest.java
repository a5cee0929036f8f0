package dev.sluice.policy.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.TrafficControl.OnRefusal;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StepRunTest {
  private static final Handle ONE = Handle.of(1, 0);

  private final List<String> log = new ArrayList<>();
  private final Network network = new Network(1);
  private final Host host = network.addHost("host");
  private final Device device = wired();
  private final TrafficControl engine = EngineDatapath.open(host).trafficControl();
  private final TrafficControl control = logging();

  /** What the kernel says beside its yes. */
  private final List<String> warnings = new ArrayList<>();

  private Device wired() {
    network.connect(host, "eth0", network.addHost("other"), "eth0", WireSpec.VETH);
    return EngineDatapath.open(host).device("eth0");
  }

  /** The engine's, which logs what is sent to it: how many changes, and how. */
  private TrafficControl logging() {
    return (TrafficControl)
        Proxy.newProxyInstance(
            TrafficControl.class.getClassLoader(),
            new Class<?>[] {TrafficControl.class},
            (proxy, method, arguments) -> {
              if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
              }
              if (arguments[0] instanceof List<?> changes && arguments[1] instanceof OnRefusal on) {
                log.add(changes.size() + " " + on);
                return apply(changes.stream().map(Change.class::cast).toList(), on);
              }
              throw new AssertionError(method);
            });
  }

  private List<Outcome> apply(List<Change> changes, OnRefusal onRefusal) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Outcome outcome : engine.apply(changes, onRefusal)) {
      outcomes.add(
          outcome instanceof Outcome.Done done
              ? new Outcome.Done(done.change(), warnings)
              : outcome);
    }
    return outcomes;
  }

  private Step logged(String name) {
    return Step.hitless("eth0", name, () -> log.add(name), () -> log.add("undo " + name));
  }

  private static Runnable failing(String why) {
    return () -> {
      throw new IllegalStateException(why);
    };
  }

  private static StepRun run(Step... steps) {
    return new StepRun(List.of(steps));
  }

  private ChangeStep step(Label label, String sentence, Change change, Change... inverse) {
    return new ChangeStep(label, "eth0", sentence, Backlog.NONE, control, change, List.of(inverse));
  }

  private ChangeStep root() {
    return step(
        Label.LOSSY,
        "root",
        Change.OfQdisc.add(device, Handle.ROOT, ONE, Htb.withDefault(0)),
        Change.OfQdisc.delete(device, Handle.ROOT));
  }

  private Change added(int minor) {
    return Change.OfClass.add(
        device, ONE, Handle.of(1, minor), HtbClass.of(Rate.megabits(1), Rate.megabits(2)));
  }

  private Change deleted(int minor) {
    return Change.OfClass.delete(device, Handle.of(1, minor));
  }

  private ChangeStep add(int minor) {
    return step(Label.HITLESS, "add " + minor, added(minor), deleted(minor));
  }

  private ChangeStep delete(int minor) {
    return step(Label.LOSSY, "delete " + minor, deleted(minor), added(minor));
  }

  private List<Integer> classes() {
    return engine.classes(device).stream().map(ClassEntry::id).map(Handle::minor).toList();
  }

  @Test
  void runsInOrderAndUndoesNewestFirst() {
    StepRun run = run(logged("a"), logged("b"));
    assertThat(run.run().isDone()).isTrue();
    assertThat(run.undo()).isEmpty();
    assertThat(log).containsExactly("a", "b", "undo b", "undo a");
    assertThat(run.undo()).isEmpty();
    assertThat(log).hasSize(4);
    assertThatThrownBy(run::run).hasMessageContaining("already");
  }

  @Test
  void aFailureUndoesWhatRan() {
    Step bad =
        Step.of(Label.LOSSY, "eth0", "bad", Backlog.NONE, failing("no"), failing("never ran"));
    StepRun.Result result = run(logged("a"), logged("b"), bad, logged("c")).run();
    assertThat(result.failed()).isSameAs(bad);
    assertThat(result.reason()).hasMessage("no");
    assertThat(result.isUndone()).isTrue();
    assertThat(log).containsExactly("a", "b", "undo b", "undo a");
  }

  @Test
  void whatCannotBeUndoneIsToldAndTheRestIsUndone() {
    Step sticky = Step.hitless("eth0", "sticky", () -> {}, failing("stuck"));
    Step bad = Step.hitless("eth0", "bad", failing("no"), () -> {});
    StepRun.Result result = run(logged("a"), sticky, bad).run();
    assertThat(result.isDone()).isFalse();
    assertThat(result.isUndone()).isFalse();
    assertThat(result.left()).singleElement().extracting(StepRun.NotUndone::step).isSameAs(sticky);
    assertThat(log).containsExactly("a", "undo a");
  }

  /** But for the root qdisc, and to take them back, with it. */
  @Test
  void changesThatFollowEachOtherAreSentTogether() {
    List<Step> steps = new ArrayList<>(List.of(root()));
    IntStream.rangeClosed(1, 1000).mapToObj(this::add).forEach(steps::add);
    StepRun run = new StepRun(steps);
    assertThat(run.run().isDone()).isTrue();
    assertThat(log).containsExactly("1 STOP", "1000 CONTINUE");
    assertThat(classes()).hasSize(1000);
    assertThat(run.undo()).isEmpty();
    assertThat(log).hasSize(3).endsWith("1001 CONTINUE");
    assertThat(engine.qdiscs(device)).noneMatch(entry -> entry.handle().equals(ONE));
  }

  @Test
  void nothingIsPutIntoARootThatCameMeanwhile() {
    run(root()).run();
    log.clear();
    ChangeStep late = step(Label.HITLESS, "root", root().change(), root().inverse().getFirst());
    assertThat(run(add(1), late, add(2)).run().failed()).isSameAs(late);
    assertThat(log).containsExactly("1 CONTINUE", "1 CONTINUE", "1 CONTINUE");
    assertThat(classes()).isEmpty();
    assertThat(engine.qdiscs(device)).anyMatch(entry -> entry.handle().equals(ONE));
  }

  @Test
  void actionsComeBetweenChangesInTheirOrder() {
    run(root()).run();
    log.clear();
    StepRun run = run(add(1), add(2), logged("a"), add(3), delete(1), delete(2), logged("b"));
    assertThat(run.run().isDone()).isTrue();
    assertThat(log).containsExactly("2 CONTINUE", "a", "1 CONTINUE", "2 STOP", "b");
    assertThat(classes()).containsExactly(3);
    log.clear();
    assertThat(run.undo()).isEmpty();
    assertThat(log).containsExactly("undo b", "3 CONTINUE", "undo a", "2 CONTINUE");
    assertThat(classes()).isEmpty();
  }

  @Test
  void whatGoesThroughAnotherControlIsNotSentWithIt() {
    ChangeStep elsewhere =
        new ChangeStep(
            Label.HITLESS, "eth0", "other", Backlog.NONE, engine, added(2), List.of(deleted(2)));
    StepRun run = run(root(), add(1), elsewhere, add(3));
    assertThat(run.run().isDone()).isTrue();
    assertThat(log).containsExactly("1 STOP", "1 CONTINUE", "1 CONTINUE");
    assertThat(classes()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(run.undo()).isEmpty();
    assertThat(classes()).isEmpty();
  }

  @Test
  void aRefusedChangeUndoesThoseBeforeAndBehind() {
    var before = engine.qdiscs(device);
    ChangeStep bad = add(1);
    StepRun.Result result =
        run(logged("a"), root(), add(1), add(2), bad, add(3), logged("b")).run();
    assertThat(result.failed()).isSameAs(bad);
    assertThat(result.reason()).hasMessageContaining("1:1");
    assertThat(result.isUndone()).isTrue();
    assertThat(engine.qdiscs(device)).isEqualTo(before);
    assertThat(log).containsExactly("a", "1 STOP", "4 CONTINUE", "4 CONTINUE", "undo a");
  }

  @Test
  void nothingIsLostBehindARefusal() {
    run(root(), add(1), add(2), add(3)).run();
    log.clear();
    ChangeStep bad = add(1);
    assertThat(run(add(4), bad, add(5), delete(2)).run().failed()).isSameAs(bad);
    assertThat(log).containsExactly("3 CONTINUE", "2 CONTINUE");
    log.clear();
    ChangeStep missing = delete(9);
    StepRun.Result result = run(delete(1), missing, delete(3)).run();
    assertThat(result.failed()).isSameAs(missing);
    assertThat(result.isUndone()).isTrue();
    assertThat(log)
        .as("3 is not tried, and not taken back")
        .containsExactly("3 STOP", "1 CONTINUE");
    assertThat(classes()).containsExactlyInAnyOrder(1, 2, 3);
  }

  /** An addition in place of something may lose packets too. */
  @Test
  void whatIsSaidToLosePacketsIsNotSentBehindWhatMayBeRefused() {
    run(root()).run();
    log.clear();
    StepRun run = run(add(1), step(Label.REBUILD, "open", added(2), deleted(2)), add(3));
    assertThat(run.run().isDone()).isTrue();
    assertThat(log).containsExactly("1 CONTINUE", "1 STOP", "1 CONTINUE");
  }

  @Test
  void aChangeThatCannotBeTakenBackIsToldOnce() {
    run(root()).run();
    ChangeStep sticky = step(Label.HITLESS, "sticky", added(2), deleted(8), deleted(9));
    StepRun run = run(add(1), sticky, add(3));
    assertThat(run.run().isDone()).isTrue();
    List<StepRun.NotUndone> left = run.undo();
    assertThat(left).singleElement().extracting(StepRun.NotUndone::step).isSameAs(sticky);
    assertThat(left.getFirst().reason()).hasMessageContaining("1:8");
    assertThat(left.getFirst().reason().getSuppressed()).singleElement().asString().contains("1:9");
    assertThat(classes()).containsExactly(2);
    assertThatThrownBy(sticky::undo).hasMessageContaining("1:8");
  }

  @Test
  void whoCannotSendFailsAndCannotTakeBack() {
    TrafficControl broken =
        (TrafficControl)
            Proxy.newProxyInstance(
                TrafficControl.class.getClassLoader(),
                new Class<?>[] {TrafficControl.class},
                (_, _, _) -> {
                  throw new IllegalStateException("closed");
                });
    ChangeStep bad =
        new ChangeStep(
            Label.HITLESS, "eth0", "bad", Backlog.NONE, broken, added(1), List.of(deleted(1)));
    StepRun.Result result = run(logged("a"), bad, logged("b")).run();
    assertThat(result.failed()).isSameAs(bad);
    assertThat(result.reason()).hasMessage("closed");
    assertThat(result.isUndone()).isTrue();
    assertThat(log).containsExactly("a", "undo a");
    assertThat(StepRun.takeBack(List.of(bad)))
        .singleElement()
        .extracting(StepRun.NotUndone::step)
        .isSameAs(bad);
  }

  @Test
  void whatTheKernelSaysBesideItsYesIsKept() {
    warnings.add("quantum of class 10001 is big");
    StepRun.Result result = run(root(), logged("a"), add(1)).run();
    assertThat(result.isDone()).isTrue();
    assertThat(result.warnings()).hasSize(2).containsOnly("quantum of class 10001 is big");
    assertThat(run(root()).run().warnings()).isEmpty();
  }

  @Test
  void aStepAloneLeavesEverythingAsItWasWhenItThrows() {
    run(root(), add(1)).run();
    assertThatThrownBy(add(1)::run).hasMessageContaining("1:1");
    assertThat(classes()).containsExactly(1);
    ChangeStep second = add(2);
    second.run();
    assertThat(classes()).containsExactlyInAnyOrder(1, 2);
    second.undo();
    assertThat(classes()).containsExactly(1);
  }

  @Test
  void whatIsLostIsToldWhereSomethingMayBe() {
    assertThat(add(1).lost()).isNull();
    assertThat(add(1)).hasToString("add 1");
    assertThat(delete(1).lost()).isEqualTo("0 packets, 0 bytes");
    Step step = Step.of(Label.REBUILD, "eth0", "make", new Backlog(1, 1500), () -> {}, () -> {});
    assertThat(step.lost()).isEqualTo("1 packet, 1500 bytes");
    assertThat(step).hasToString("make (rebuild: 1 packet, 1500 bytes)");
  }
}
