package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.plan.QueueWishes.Wish;
import dev.sluice.policy.queue.Owner;
import dev.sluice.policy.queue.QueueDiff;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.rule.Generation;
import dev.sluice.policy.step.StepRun;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
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
 * keep then. Queues of policies that are not touched are left alone, unless somebody was cut off
 * while changing them; queues and programs of ours that no policy wants go.
 *
 * <p>Close it when what was done need not be undone any more.
 */
public final class Transition implements AutoCloseable {
  private final PolicyStore store;
  private final SortedMap<String, Applied> before;
  private final SortedMap<String, Applied> after = new TreeMap<>();
  private final InForce rulesBefore;
  private final RuleChanges rules;
  private final OwnChanges own;
  private final ArrivalChanges arrivals;
  private final Plan plan;
  private final List<AutoCloseable> held = new ArrayList<>();

  /**
   * What policies are applied to.
   *
   * @param datapath where they are applied
   * @param surroundings finds workloads
   * @param store what was applied
   * @param files reads programs of the user's own
   * @param pins where links are pinned
   * @param mode the hook that programs go to
   */
  public record Place(
      Datapath datapath,
      Surroundings surroundings,
      PolicyStore store,
      StatePins pins,
      ProgramFiles files,
      AttachMode mode) {}

  /**
   * Looks at what is there and compares.
   *
   * @param put policies that come, or take the place of those with their names
   * @param remove names of policies that go
   * @throws InvalidInput if policies say what cannot be, or contradict each other
   */
  public static Transition of(Place place, Collection<PolicyDocument> put, Set<String> remove) {
    return new Transition(place, put, remove);
  }

  private Transition(Place place, Collection<PolicyDocument> put, Set<String> remove) {
    store = place.store();
    before = store.policies();
    rulesBefore = store.inForce();
    Intent intent = store.intent();
    List<PolicySource> sources = sources(put, remove);
    Desired desired = Desired.of(place.datapath(), place.surroundings(), sources);
    sources.forEach(source -> after.put(source.name(), desired.applied(source)));

    PlanBuilder builder = new PlanBuilder();
    if (intent != null) {
      builder.add(intentFinding(intent));
    }
    desired.findings().forEach(builder::add);
    Set<String> touched = new HashSet<>(remove);
    put.forEach(document -> touched.add(document.policy().metadata().name()));
    Set<Integer> queuesOfOurs = new HashSet<>();
    place
        .datapath()
        .trafficControl()
        .qdiscs(
            null,
            entry -> {
              if (Owner.owns(entry)) {
                queuesOfOurs.add(entry.device().index());
              }
            });
    for (Device device : desired.devices()) {
      Wish wish = desired.queues().get(device);
      boolean ours = queuesOfOurs.contains(device.index());
      if (wish == null ? ours : intent != null || touched.contains(wish.policy())) {
        QueueTree wanted = wish == null ? null : wish.tree();
        builder.add(QueueDiff.of(place.datapath().trafficControl(), device, wanted));
      }
    }
    Seats seats =
        new Seats(place.datapath(), place.pins(), store.links(), rulesBefore.roles(), held);
    AttachMode mode = seats.mode(place.mode());
    Set<AttachMode> modes = EnumSet.of(AttachMode.TCX, mode, rulesBefore.mode());
    if (intent != null) {
      modes.add(AttachMode.TC); // whoever was cut off may have been there
    }
    List<Seats.Taken> taken = seats.taken(modes);
    arrivals =
        ArrivalChanges.of(
            place,
            seats,
            mode,
            taken,
            desired.devices(),
            desired.arrivals(),
            policy -> intent != null || touched.contains(policy),
            held);
    builder.add(arrivals.steps(), arrivals.findings());
    rules =
        RuleChanges.of(place.datapath(), seats, rulesBefore, taken, desired.rules(), mode, held);
    builder.add(rules.steps(), rules.findings());
    own =
        new OwnChanges(
            seats,
            new OwnPrograms(
                place.datapath(), place.files(), OwnPrograms.pinningTables(place.pins()), held),
            mode,
            rulesBefore.own());
    own.compare(desired.own(), taken, rules.wanted());
    builder.add(own.steps(), own.findings());
    plan = builder.plan();
  }

  private static PlanFinding intentFinding(Intent intent) {
    return intent.isUnderWay()
        ? PlanFinding.blocking(
            "",
            "process %d is applying %s right now; try again when it is done"
                .formatted(intent.process(), intent.what()))
        : PlanFinding.warning(
            "",
            "somebody was cut off while applying %s: all devices are looked at"
                .formatted(intent.what()));
  }

  /** All policies that are to hold, in the order of their names. */
  private List<PolicySource> sources(Collection<PolicyDocument> put, Set<String> remove) {
    Map<String, PolicyDocument> given = new HashMap<>();
    put.forEach(document -> given.put(document.policy().metadata().name(), document));
    Set<String> names = new TreeSet<>(before.keySet());
    names.removeAll(remove);
    names.addAll(given.keySet());
    List<PolicySource> sources = new ArrayList<>();
    for (String name : names) {
      Applied applied = before.get(name);
      PolicyDocument document = given.get(name);
      if (document != null) {
        sources.add(PolicySource.given(document, applied));
      } else if (applied != null) {
        sources.add(PolicySource.kept(name, applied));
      }
    }
    return sources;
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
    private final StepRun run;
    private final StepRun.Result result;

    private Done(StepRun run, StepRun.Result result) {
      this.run = run;
      this.result = result;
    }

    /** What came of it. */
    public StepRun.Result result() {
      return result;
    }

    /** The rules that were loaded; null if none had to be. They are closed with the transition. */
    public @Nullable Generation rules() {
      return rules.loaded();
    }

    /** Says that it stays. */
    public void keep() {
      arrivals.tidy();
      store.done();
    }

    /**
     * Takes all of it back.
     *
     * @return what could not be taken back
     */
    public List<StepRun.NotUndone> undo() {
      List<StepRun.NotUndone> left = run.undo();
      keepInStore(after, before, rulesBefore);
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
    StepRun run = plan.newRun();
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    names.removeIf(name -> before.get(name) != null && before.get(name).equals(after.get(name)));
    store.begin(names.isEmpty() ? "a policy" : String.join(", ", names));
    StepRun.Result result = run.run();
    if (result.isDone()) {
      keepInStore(before, after, after.isEmpty() ? InForce.NONE : rules.after().with(own.after()));
    } else if (result.isUndone()) {
      store.done();
    }
    return new Done(run, result);
  }

  private void keepInStore(
      SortedMap<String, Applied> old, SortedMap<String, Applied> next, InForce inForce) {
    old.keySet().stream().filter(name -> !next.containsKey(name)).forEach(store::remove);
    next.forEach(
        (name, applied) -> {
          if (!applied.equals(old.get(name))) {
            store.put(name, applied);
          }
        });
    if (!inForce.equals(store.inForce())) {
      store.put(inForce);
    }
  }

  /** Lets go of what was kept open to undo it. What is in place stays. */
  @Override
  public void close() {
    Held.close(held);
  }
}
