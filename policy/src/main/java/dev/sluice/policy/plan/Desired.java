package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.SluiceException;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.arrival.Arrivals;
import dev.sluice.policy.arrival.Steering;
import dev.sluice.policy.arrival.SteeringLinks;
import dev.sluice.policy.plan.QueueWishes.Wish;
import dev.sluice.policy.queue.QueueDiff;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.rule.RuleCompiler;
import dev.sluice.policy.rule.RuleTables;
import dev.sluice.policy.rule.Scene;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What policies want of a host together: a queue for each device, and rules. */
public final class Desired {
  private final Bindings bindings;
  private final QueueWishes wishes;
  private final Map<Device, Wish> queues = new LinkedHashMap<>();
  private final Map<Device, Wish> arrivals = new LinkedHashMap<>();
  private final Map<String, SortedMap<String, List<Prefix>>> lists;
  private final RuleTables rules;
  private final List<OwnSeat> own;

  private Desired(
      Bindings bindings,
      QueueWishes wishes,
      Map<String, SortedMap<String, List<Prefix>>> lists,
      RuleTables rules,
      List<OwnSeat> own) {
    this.bindings = bindings;
    this.wishes = wishes;
    wishes
        .wishes()
        .forEach((queue, wish) -> (queue.arriving() ? arrivals : queues).put(queue.device(), wish));
    this.lists = lists;
    this.rules = rules;
    this.own = own;
  }

  /**
   * Works out what policies want.
   *
   * @param datapath whose devices they are about
   * @param surroundings finds workloads
   * @throws InvalidInput if one says what cannot be, or two contradict each other
   */
  public static Desired of(
      Datapath datapath, Surroundings surroundings, List<PolicySource> policies) {
    Bindings bindings = Bindings.of(datapath, surroundings, policies);
    QueueWishes wishes = QueueWishes.of(bindings, policies);
    Map<String, SortedMap<String, List<Prefix>>> lists = new HashMap<>();
    List<OwnSeat> own = new ArrayList<>();
    List<Scene.Source> sources = new ArrayList<>();
    for (PolicySource policy : policies) {
      own.addAll(OwnSeat.of(policy, bindings));
      SortedMap<String, List<Prefix>> resolved = policy.lists();
      lists.put(policy.name(), resolved);
      sources.add(
          new Scene.Source(
              policy.document().policy(), resolved, policy.kept(), policy.document()::invalid));
    }
    RuleTables rules =
        RuleCompiler.compile(
            new Scene(
                sources,
                bindings.workloads(),
                bindings.devices(),
                surroundings.hostAddresses(),
                wishes::classId));
    return new Desired(bindings, wishes, lists, rules, own);
  }

  /** The queue for what leaves by a device; null if it is to have none of ours. */
  public @Nullable QueueTree queue(Device device) {
    Wish wish = queues.get(device);
    return wish == null ? null : wish.tree();
  }

  /**
   * Makes the queues.
   *
   * @param steering sends arrivals to theirs
   * @param links where its program is
   * @throws InvalidInput if somebody else's is in the way; nothing is changed then
   * @throws SluiceException if one is refused; everything is as it was before then
   */
  void build(Datapath datapath, Steering steering, SteeringLinks links) {
    PlanBuilder builder = new PlanBuilder();
    queues.forEach(
        (device, wish) ->
            builder.add(QueueDiff.of(datapath.trafficControl(), device, wish.tree())));
    Arrivals there = Arrivals.look(datapath, steering, links);
    arrivals.forEach((device, wish) -> builder.add(device.name(), there.plan(device, wish.tree())));
    Plan plan = builder.plan();
    for (PlanFinding finding : plan.blocking()) {
      throw new InvalidInput(finding.device(), 0, 0, finding.sentence());
    }
    RuntimeException reason = plan.newRun().run().reason();
    if (reason != null) {
      throw reason;
    }
  }

  /** The queues for what arrives, by device. */
  Map<Device, Wish> arrivals() {
    return arrivals;
  }

  /** The queues for what leaves, by device. */
  Map<Device, Wish> queues() {
    return queues;
  }

  /** The rules. */
  public RuleTables rules() {
    return rules;
  }

  /** The user's own programs, by where they are to be. */
  List<OwnSeat> own() {
    return own;
  }

  /** All devices of the host. */
  public List<Device> devices() {
    return bindings.devices();
  }

  /** What is worth knowing. */
  List<PlanFinding> findings() {
    List<PlanFinding> findings = new ArrayList<>(bindings.findings());
    findings.addAll(wishes.findings());
    rules.warnings().forEach(one -> findings.add(PlanFinding.placed(one.policy(), one.sentence())));
    return findings;
  }

  /** What is to be kept of a policy. */
  Applied applied(PolicySource policy) {
    String name = policy.name();
    return new Applied(
        policy.text(),
        wishes.numbers(name),
        lists.getOrDefault(name, new TreeMap<>()),
        bindings.of(name));
  }
}
