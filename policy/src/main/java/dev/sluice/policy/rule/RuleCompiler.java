package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.program.Tables;
import dev.sluice.policy.program.Tables.Hook;
import dev.sluice.policy.program.Tables.Owned;
import dev.sluice.policy.program.Tables.Tasks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From policies to tables: gathers what rules tell apart, divides by it, writes entries. */
public final class RuleCompiler {
  private final Scene scene;
  private final RuleTables tables = new RuleTables();
  private final RuleNumbers numbers = new RuleNumbers(tables.names);

  private RuleCompiler(Scene scene) {
    this.scene = scene;
  }

  /**
   * Compiles the rules of policies.
   *
   * @throws RuntimeException of {@link Scene.Source#fault} if a rule cannot be
   */
  public static RuleTables compile(Scene scene) {
    return new RuleCompiler(scene).compile();
  }

  private RuleTables compile() {
    AccessRules access = new AccessRules(scene, numbers);
    PacketRules packets = new PacketRules(scene, numbers);
    List<AddressSet> sets = new ArrayList<>(access.addressSets());
    sets.addAll(packets.addressSets());
    Map<ListName, List<Prefix>> lists = lists();
    AddressPartition identities =
        AddressPartition.of(sets, name -> lists.getOrDefault(name, List.of()));
    List<ServiceSet> services = new ArrayList<>(access.serviceSets());
    services.addAll(packets.serviceSets());
    ServicePartition receivers = ServicePartition.of(services);
    ServicePartition senders = ServicePartition.of(packets.senderSets());

    tables.identities = identities;
    tables.services = receivers.words();
    tables.senderPorts = senders.words();
    access.write(tables, identities, receivers);
    packets.write(tables, identities, receivers, senders);
    hooks(access, packets);
    tables.warnings.addAll(access.warnings());
    return tables;
  }

  private Map<ListName, List<Prefix>> lists() {
    Map<ListName, List<Prefix>> lists = new LinkedHashMap<>();
    for (Scene.Source source : scene.policies()) {
      String policy = source.policy().metadata().name();
      source.lists().forEach((name, list) -> lists.put(new ListName(policy, name), list));
    }
    return lists;
  }

  private void hooks(AccessRules access, PacketRules packets) {
    Map<Integer, Integer> scopes = packets.scopes();
    Map<Integer, Integer> defaults = packets.defaultClasses();
    Map<Integer, Integer> tasks = new LinkedHashMap<>();
    scopes.keySet().forEach(hook -> tasks.merge(hook, 0, (a, b) -> a | b));
    defaults.keySet().forEach(hook -> tasks.merge(hook, 0, (a, b) -> a | b));
    if (access.any()) {
      for (BoundWorkload bound : scene.workloads()) {
        if (bound.device() == null) {
          continue;
        }
        int index = bound.device().index();
        int own = owns(bound, index) ? Tasks.OWN_ADDRESSES : 0;
        tasks.merge(
            Tables.hook(index, false), Tasks.ACCESS | Tasks.FROM_WORKLOAD | own, (a, b) -> a | b);
        tasks.merge(Tables.hook(index, true), Tasks.ACCESS, (a, b) -> a | b);
      }
    }
    Map<Integer, Integer> refused = new LinkedHashMap<>();
    tasks.forEach(
        (key, what) -> {
          int count =
              (what & Tasks.ACCESS) == 0
                  ? 0
                  : refused.computeIfAbsent(
                      key >>> 1, index -> numbers.next("", RuleName.Kind.REFUSED, nameOf(index)));
          tables.hooks.put(
              key,
              new Hook(what, scopes.getOrDefault(key, 0), defaults.getOrDefault(key, 0), count));
        });
  }

  private String nameOf(int index) {
    return scene.devices().stream()
        .filter(device -> device.index() == index)
        .map(Object::toString)
        .findFirst()
        .orElse("device " + index);
  }

  /** Takes note of a workload's addresses, if they are known one by one. */
  private boolean owns(BoundWorkload bound, int index) {
    if (bound.addresses().isEmpty()
        || bound.addresses().stream().anyMatch(prefix -> !prefix.isAddress())) {
      return false;
    }
    bound
        .addresses()
        .forEach(
            prefix -> {
              Address address = Address.first(prefix);
              tables.owned.put(new Owned(address.high(), address.low(), index), 1);
            });
    return true;
  }
}
