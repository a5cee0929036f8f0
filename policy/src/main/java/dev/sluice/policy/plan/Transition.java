package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.SluiceException;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.document.PolicyWriter;
import dev.sluice.policy.plan.QueueWishes.Wish;
import dev.sluice.policy.queue.Owner;
import dev.sluice.policy.queue.QueueDiff;
import dev.sluice.policy.queue.QueuePlan;
import dev.sluice.policy.queue.QueueStep;
import dev.sluice.policy.queue.QueueStep.Effect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * From the policies that were applied to those that are to be: the plan, and what the store is to
 * keep then. Devices of policies that are not touched are left alone, unless somebody was cut off
 * while changing them; queues of ours that no policy wants go.
 */
public final class Transition {
  private final PolicyStore store;
  private final SortedMap<String, Applied> before;
  private final SortedMap<String, Applied> after;
  private final Plan plan;

  private Transition(
      PolicyStore store,
      SortedMap<String, Applied> before,
      SortedMap<String, Applied> after,
      Plan plan) {
    this.store = store;
    this.before = before;
    this.after = after;
    this.plan = plan;
  }

  /**
   * Looks at what is there and compares.
   *
   * @param datapath where policies are applied
   * @param surroundings finds workloads
   * @param store what was applied
   * @param put policies that come, or take the place of those with their names
   * @param remove names of policies that go
   * @throws InvalidInput if policies contradict each other
   */
  public static Transition of(
      Datapath datapath,
      Surroundings surroundings,
      PolicyStore store,
      Collection<PolicyDocument> put,
      Set<String> remove) {
    SortedMap<String, Applied> before = store.policies();
    List<PlanFinding> findings = new ArrayList<>();
    String intent = store.intent();
    if (intent != null) {
      findings.add(
          PlanFinding.warning(
              "", "somebody was cut off while applying " + intent + ": all devices are looked at"));
    }
    Set<String> touched = new HashSet<>(remove);
    QueueWishes wishes = QueueWishes.of(datapath, surroundings);
    for (PolicyDocument document : put) {
      touched.add(document.policy().metadata().name());
      wishes.add(document);
    }
    before.forEach(
        (name, applied) -> {
          if (!touched.contains(name)) {
            addKept(wishes, name, applied, findings);
          }
        });
    findings.addAll(wishes.findings());
    Map<Device, Wish> wanted = wishes.wishes(before);
    List<Step> steps = new ArrayList<>();
    for (Device device : datapath.devices()) {
      Wish wish = wanted.get(device);
      boolean ours = datapath.trafficControl().qdiscs(device).stream().anyMatch(Owner::owns);
      if (wish == null ? ours : intent != null || touched.contains(wish.policy())) {
        add(datapath, device, wish, steps, findings);
      }
    }
    SortedMap<String, Applied> after = new TreeMap<>(before);
    after.keySet().removeAll(remove);
    for (PolicyDocument document : put) {
      String name = document.policy().metadata().name();
      after.put(
          name,
          new Applied(PolicyWriter.yaml(document.policy()), QueueWishes.numbers(wanted, name)));
    }
    return new Transition(store, before, after, new Plan(steps, findings));
  }

  private static void addKept(
      QueueWishes wishes, String name, Applied applied, List<PlanFinding> findings) {
    try {
      PolicyReader.parse("policy " + name, applied.text()).forEach(wishes::add);
    } catch (SluiceException e) {
      // Its workload may be gone; that must not keep others from being applied.
      findings.add(
          PlanFinding.warning("", "policy " + name + " cannot be kept up: " + e.getMessage()));
    }
  }

  private static void add(
      Datapath datapath,
      Device device,
      @Nullable Wish wish,
      List<Step> steps,
      List<PlanFinding> findings) {
    QueuePlan queue =
        QueueDiff.of(datapath.trafficControl(), device, wish == null ? null : wish.tree());
    if (queue.foreign() != null) {
      findings.add(PlanFinding.blocking(device.name(), queue.foreign().toString()));
    }
    for (QueueStep step : queue.steps()) {
      steps.add(
          new ChangeStep(
              Label.valueOf(step.effect().name()),
              device.name(),
              step.text(),
              step.effect() == Effect.HITLESS ? null : step.lost().toString(),
              datapath.trafficControl(),
              List.of(new ChangeStep.Reversible(step.change(), step.inverse()))));
    }
  }

  /** What is to be done. */
  public Plan plan() {
    return plan;
  }

  /** Whether nothing is to be done, and nothing new to be kept. */
  public boolean isNothing() {
    return plan.isEmpty() && before.equals(after) && store.intent() == null;
  }

  /** A transition that was done, and can still be taken back. */
  public final class Done {
    private final PlanRun run;
    private final PlanRun.Result result;

    private Done(PlanRun run, PlanRun.Result result) {
      this.run = run;
      this.result = result;
    }

    /** What came of it. */
    public PlanRun.Result result() {
      return result;
    }

    /** Says that it stays. */
    public void keep() {
      store.done();
    }

    /**
     * Takes all of it back.
     *
     * @return what could not be taken back
     */
    public List<PlanRun.NotUndone> undo() {
      List<PlanRun.NotUndone> left = run.undo();
      keepInStore(after, before);
      if (left.isEmpty()) {
        store.done();
      }
      return left;
    }
  }

  /**
   * Does it. If it fails, everything is as it was before, as far as the result does not say
   * otherwise. If it succeeds, {@link Done#keep} or {@link Done#undo} must follow.
   */
  public Done run() {
    PlanRun run = new PlanRun(plan);
    Set<String> names = new HashSet<>(before.keySet());
    names.addAll(after.keySet());
    names.removeIf(name -> before.get(name) != null && before.get(name).equals(after.get(name)));
    store.begin(names.isEmpty() ? "a policy" : String.join(", ", new TreeSet<>(names)));
    PlanRun.Result result = run.run();
    if (result.isDone()) {
      keepInStore(before, after);
    } else if (result.isUndone()) {
      store.done();
    }
    return new Done(run, result);
  }

  private void keepInStore(SortedMap<String, Applied> old, SortedMap<String, Applied> next) {
    old.keySet().stream().filter(name -> !next.containsKey(name)).forEach(store::remove);
    next.forEach(
        (name, applied) -> {
          if (!applied.equals(old.get(name))) {
            store.put(name, applied);
          }
        });
  }
}
