package dev.sluice.policy.plan;

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
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PlanRunTest {
  private static final Handle ONE = Handle.of(1, 0);

  private final List<String> log = new ArrayList<>();
  private final Network network = new Network(1);
  private final Host host = network.addHost("host");
  private final Device device = wired();
  private final TrafficControl control = EngineDatapath.open(host).trafficControl();

  private Device wired() {
    network.connect(host, "eth0", network.addHost("other"), "eth0", WireSpec.VETH);
    return EngineDatapath.open(host).device("eth0");
  }

  private Step logged(String name) {
    return Step.of(
        Label.HITLESS, "eth0", name, null, () -> log.add(name), () -> log.add("undo " + name));
  }

  private static Runnable failing(String why) {
    return () -> {
      throw new IllegalStateException(why);
    };
  }

  private static PlanRun run(Step... steps) {
    return new PlanRun(new Plan(List.of(steps), List.of()));
  }

  private ChangeStep.Reversible root() {
    return new ChangeStep.Reversible(
        Change.OfQdisc.add(device, Handle.ROOT, ONE, Htb.withDefault(0)),
        List.of(Change.OfQdisc.delete(device, Handle.ROOT)));
  }

  private ChangeStep.Reversible child(int minor) {
    Handle id = Handle.of(1, minor);
    return new ChangeStep.Reversible(
        Change.OfClass.add(device, ONE, id, HtbClass.of(Rate.megabits(1), Rate.megabits(2))),
        List.of(Change.OfClass.delete(device, id)));
  }

  private static ChangeStep step(
      TrafficControl control, String sentence, ChangeStep.Reversible... changes) {
    return new ChangeStep(Label.HITLESS, "eth0", sentence, null, control, List.of(changes));
  }

  @Test
  void runsInOrderAndUndoesNewestFirst() {
    PlanRun run = run(logged("a"), logged("b"));
    assertThat(run.run().isDone()).isTrue();
    assertThat(run.undo()).isEmpty();
    assertThat(log).containsExactly("a", "b", "undo b", "undo a");
    assertThat(run.undo()).isEmpty();
    assertThat(log).hasSize(4);
  }

  @Test
  void aFailureUndoesWhatRan() {
    Step bad = Step.of(Label.LOSSY, "eth0", "bad", "all", failing("no"), failing("never ran"));
    PlanRun.Result result = run(logged("a"), logged("b"), bad, logged("c")).run();
    assertThat(result.failed()).isSameAs(bad);
    assertThat(result.reason()).hasMessage("no");
    assertThat(result.isUndone()).isTrue();
    assertThat(log).containsExactly("a", "b", "undo b", "undo a");
  }

  @Test
  void whatCannotBeUndoneIsToldAndTheRestIsUndone() {
    Step sticky = Step.of(Label.HITLESS, "eth0", "sticky", null, () -> {}, failing("stuck"));
    Step bad = Step.of(Label.HITLESS, "eth0", "bad", null, failing("no"), () -> {});
    PlanRun.Result result = run(logged("a"), sticky, bad).run();
    assertThat(result.isDone()).isFalse();
    assertThat(result.isUndone()).isFalse();
    assertThat(result.left()).singleElement().extracting(PlanRun.NotUndone::step).isSameAs(sticky);
    assertThat(log).containsExactly("a", "undo a");
  }

  @Test
  void changesThatFollowEachOtherAreSentTogether() {
    AtomicInteger sends = new AtomicInteger();
    TrafficControl counted =
        (TrafficControl)
            Proxy.newProxyInstance(
                TrafficControl.class.getClassLoader(),
                new Class<?>[] {TrafficControl.class},
                (_, method, arguments) -> {
                  sends.incrementAndGet();
                  return method.invoke(control, arguments);
                });
    List<Step> steps = new ArrayList<>(List.of(step(counted, "root", root())));
    for (int minor = 1; minor <= 1000; minor++) {
      steps.add(step(counted, "class " + minor, child(minor)));
    }
    PlanRun run = new PlanRun(new Plan(steps, List.of()));
    assertThat(run.run().isDone()).isTrue();
    assertThat(sends).hasValue(1);
    assertThat(control.classes(device)).hasSize(1000);
    assertThat(run.undo()).isEmpty();
    assertThat(control.classes(device)).isEmpty();
    assertThat(control.qdiscs(device)).noneMatch(entry -> entry.handle().equals(ONE));
  }

  @Test
  void aRefusedChangeUndoesItsStepAndThoseBefore() {
    var before = control.qdiscs(device);
    Step bad = step(control, "twice", child(2), child(1));
    PlanRun.Result result =
        run(logged("a"), step(control, "tree", root(), child(1)), bad, step(control, "c", child(3)))
            .run();
    assertThat(result.failed()).isSameAs(bad);
    assertThat(result.isUndone()).isTrue();
    assertThat(control.qdiscs(device)).isEqualTo(before);
    assertThat(log).containsExactly("a", "undo a");
  }

  @Test
  void aStepAloneLeavesEverythingAsItWasWhenItThrows() {
    assertThat(control.apply(List.of(root().change()), TrafficControl.OnRefusal.STOP))
        .allMatch(Outcome.Done.class::isInstance);
    ChangeStep bad = step(control, "twice", child(1), child(1));
    assertThatThrownBy(bad::run).hasMessageContaining("1:1");
    assertThat(control.classes(device)).extracting(ClassEntry::id).isEmpty();
  }

  @Test
  void whatIsInTheWayKeepsAPlanFromRunning() {
    Plan plan =
        new Plan(
            List.of(logged("a")),
            List.of(PlanFinding.warning("eth0", "slow"), PlanFinding.blocking("eth0", "not ours")));
    assertThat(plan.blocking()).extracting(PlanFinding::sentence).containsExactly("not ours");
    assertThatThrownBy(() -> new PlanRun(plan)).hasMessageContaining("not ours");
  }
}
