package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.rule.AddressSet.Part;
import dev.sluice.policy.spec.Party;
import dev.sluice.policy.spec.Target;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The addresses that a rule means by a party. */
final class PartySets {
  private final Scene scene;

  /** By the object: lists are long to compare, and each party is asked about twice. */
  private final IdentityHashMap<Party, List<AddressSet>> known = new IdentityHashMap<>();

  PartySets(Scene scene) {
    this.scene = scene;
  }

  /**
   * Sets whose addresses are meant: those of any.
   *
   * @param at where the party stands
   */
  List<AddressSet> of(Scene.Source source, String at, @Nullable Party party) {
    return party == null
        ? List.of()
        : known.computeIfAbsent(party, wanted -> read(source, at, wanted));
  }

  private List<AddressSet> read(Scene.Source source, String at, Party party) {
    List<AddressSet> sets = new ArrayList<>();
    Set<Prefix> prefixes = new LinkedHashSet<>(party.prefixes());
    for (int i = 0; i < party.workloads().size(); i++) {
      prefixes.addAll(workloads(source, at + "/workloads/" + i, party.workloads().get(i)));
    }
    Set<Prefix> except = Set.copyOf(party.except());
    Part within = new Part(prefixes, lists(source, at + "/lists/", party.lists()));
    if (!within.isEmpty()) {
      sets.add(new AddressSet(within, new Part(except, Set.of())));
    }
    if (!party.outside().isEmpty()) {
      sets.add(
          new AddressSet(
              new Part(AddressSet.EVERYTHING, Set.of()),
              new Part(except, lists(source, at + "/outside/", party.outside()))));
    }
    if (sets.isEmpty() && !source.kept()) {
      throw source
          .fault()
          .apply(at, "expected one of prefixes, lists, outside and workloads with something in it");
    }
    return sets;
  }

  private static Set<ListName> lists(Scene.Source source, String at, List<String> names) {
    Set<ListName> lists = new LinkedHashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (!source.lists().containsKey(name)) {
        throw source
            .fault()
            .apply(
                at + i,
                "expected the name of an address list"
                    + (source.lists().isEmpty()
                        ? "; there are none"
                        : ", one of " + String.join(", ", source.lists().keySet()))
                    + ", found "
                    + name);
      }
      lists.add(new ListName(source.policy().metadata().name(), name));
    }
    return lists;
  }

  private Set<Prefix> workloads(Scene.Source source, String at, Target target) {
    Set<Prefix> addresses = new LinkedHashSet<>();
    boolean any = false;
    for (BoundWorkload bound : scene.workloads()) {
      if (Selection.means(target, bound.workload())) {
        any = true;
        addresses.addAll(bound.addresses());
      }
    }
    if (!any && !source.kept()) {
      throw source.fault().apply(at, "it means none of the workloads");
    }
    if (addresses.isEmpty() && !source.kept()) {
      throw source.fault().apply(at, "of these workloads no address is known");
    }
    return addresses;
  }
}
