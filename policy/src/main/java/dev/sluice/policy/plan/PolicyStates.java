package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.policy.plan.PolicyState.ClassCount;
import dev.sluice.policy.plan.PolicyState.RuleCount;
import dev.sluice.policy.plan.QueueWishes.Wish;
import dev.sluice.policy.program.Tables.Count;
import dev.sluice.policy.queue.Owner;
import dev.sluice.policy.queue.QueueDiff;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.rule.Generation;
import dev.sluice.policy.rule.RuleName;
import dev.sluice.policy.spec.Status;
import dev.sluice.policy.step.Step;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares all that was applied with what is there, and reads what was counted. */
public final class PolicyStates implements AutoCloseable {
  private final Transition.Place place;
  private final Datapath datapath;
  private final InForce inForce;
  private final List<AutoCloseable> held = new ArrayList<>();
  private final List<PolicySource> sources = new ArrayList<>();
  private final Set<String> withPrograms = new HashSet<>();
  private final Seats seats;
  private final List<Seats.Taken> taken;

  private PolicyStates(Transition.Place place) {
    this.place = place;
    datapath = place.datapath();
    inForce = place.store().inForce();
    seats = new Seats(datapath, place.pins(), place.store().links(), inForce.roles(), held);
    taken = seats.taken(EnumSet.of(AttachMode.TCX, inForce.mode()));
    place.store().policies().forEach((name, it) -> sources.add(PolicySource.kept(name, it)));
  }

  /** The state of each policy, in the order of their names. */
  public static List<PolicyState> of(Transition.Place place) {
    try (PolicyStates states = new PolicyStates(place)) {
      return states.read();
    }
  }

  private List<PolicyState> read() {
    Desired desired = Desired.of(datapath, place.surroundings(), sources);
    Map<String, Differences> differences = new TreeMap<>();
    sources.forEach(source -> differences.put(source.name(), new Differences()));
    desired
        .findings()
        .forEach(finding -> add(differences, finding.policy(), List.of(), List.of(finding)));
    desired
        .queues()
        .forEach(
            (device, wish) -> {
              PlanBuilder found = new PlanBuilder();
              found.add(QueueDiff.of(datapath.trafficControl(), device, wish.tree()));
              add(differences, wish.policy(), found.steps(), found.findings());
            });
    compareRules(desired, differences);
    compareArrivals(desired, differences);
    Map<RuleName, Count> counts = counts();
    List<PolicyState> states = new ArrayList<>();
    differences.forEach(
        (name, found) -> {
          List<RuleCount> rules = new ArrayList<>();
          counts.forEach(
              (rule, count) -> {
                if (rule.policy().equals(name)) {
                  rules.add(new RuleCount(rule, count));
                }
              });
          states.add(
              new PolicyState(
                  name, found.status(mode(name, rules)), rules, classes(desired, name)));
        });
    return states;
  }

  private String mode(String policy, List<RuleCount> rules) {
    boolean none = rules.isEmpty() && !withPrograms.contains(policy);
    return none ? "" : inForce.mode().title();
  }

  private void compareRules(Desired desired, Map<String, Differences> differences) {
    AttachMode mode = inForce.mode();
    RuleChanges rules =
        RuleChanges.of(datapath, seats, inForce, taken, desired.rules(), mode, held);
    Set<String> withRules = new HashSet<>();
    desired.rules().names().values().forEach(name -> withRules.add(name.policy()));
    sources.stream()
        .filter(source -> withRules.contains(source.name()))
        .forEach(source -> add(differences, source.name(), rules.steps(), rules.findings()));
    Map<String, List<OwnSeat>> own = new HashMap<>();
    desired
        .own()
        .forEach(
            seat -> own.computeIfAbsent(seat.policy().name(), _ -> new ArrayList<>()).add(seat));
    withPrograms.addAll(own.keySet());
    own.forEach(
        (policy, wanted) -> {
          OwnChanges changes =
              new OwnChanges(
                  seats,
                  new OwnPrograms(datapath, place.files(), _ -> {}, held),
                  mode,
                  inForce.own());
          Set<Seat> wantedSeats = new HashSet<>();
          wanted.forEach(one -> wantedSeats.add(one.seat()));
          changes.compare(
              wanted,
              taken.stream().filter(one -> wantedSeats.contains(one.seat())).toList(),
              rules.wanted());
          add(differences, policy, changes.steps(), changes.findings());
        });
  }

  private void compareArrivals(Desired desired, Map<String, Differences> differences) {
    Map<String, Map<Device, Wish>> ofPolicies = new HashMap<>();
    desired
        .arrivals()
        .forEach(
            (device, wish) ->
                ofPolicies
                    .computeIfAbsent(wish.policy(), _ -> new LinkedHashMap<>())
                    .put(device, wish));
    ofPolicies.forEach(
        (policy, wishes) -> {
          ArrivalChanges changes =
              ArrivalChanges.of(
                  place,
                  seats,
                  inForce.mode(),
                  taken,
                  List.copyOf(wishes.keySet()),
                  wishes,
                  _ -> true,
                  held);
          add(differences, policy, changes.steps(), changes.findings());
        });
  }

  private static void add(
      Map<String, Differences> differences,
      String policy,
      List<Step> steps,
      List<PlanFinding> findings) {
    Differences found = differences.get(policy);
    if (found != null) {
      steps.forEach(step -> found.drifted.add("to do: " + step.sentence()));
      findings.forEach(finding -> found.degraded.add(finding.sentence()));
    }
  }

  /** What is not as a policy says. */
  private static final class Differences {
    private final List<String> drifted = new ArrayList<>();
    private final List<String> degraded = new ArrayList<>();

    Status status(String mode) {
      List<String> all = new ArrayList<>(degraded);
      all.addAll(drifted);
      Status.Phase phase =
          !degraded.isEmpty()
              ? Status.Phase.DEGRADED
              : drifted.isEmpty() ? Status.Phase.APPLIED : Status.Phase.DRIFTED;
      return new Status(phase, mode.isEmpty() ? null : mode, all);
    }
  }

  /** What was counted by the programs that are in place, each map once. */
  private Map<RuleName, Count> counts() {
    for (int id : inForce.programs()) {
      try (Program program = datapath.programs().open(id)) {
        for (int number : program.info().mapIds()) {
          try (BpfMap map = datapath.maps().open(number)) {
            if (map.info().name().equals(Generation.COUNTS)) {
              return Generation.counts(map, inForce.names());
            }
          }
        }
      } catch (NotFound e) {
        // somebody took it out
      }
    }
    return Map.of();
  }

  private List<ClassCount> classes(Desired desired, String policy) {
    List<ClassCount> counts = new ArrayList<>();
    for (Map.Entry<Device, Wish> queue : desired.queues().entrySet()) {
      if (!queue.getValue().policy().equals(policy)
          || !(queue.getValue().tree() instanceof QueueTree.Shared shared)) {
        continue;
      }
      Map<Integer, ClassEntry> there = new LinkedHashMap<>();
      for (ClassEntry entry : datapath.trafficControl().classes(queue.getKey())) {
        there.put(entry.id().value(), entry);
      }
      shared
          .classes()
          .forEach(
              one -> {
                ClassEntry entry = there.get(Owner.classId(one.minor()).value());
                if (entry != null) {
                  counts.add(
                      new ClassCount(
                          queue.getKey().name(), entry.id(), one.name(), entry.statistics()));
                }
              });
    }
    return counts;
  }

  @Override
  public void close() {
    Held.close(held);
  }
}
