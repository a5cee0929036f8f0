package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
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
    Set<Prefix> within = new LinkedHashSet<>(party.prefixes());
    for (int i = 0; i < party.lists().size(); i++) {
      within.addAll(list(source, at + "/lists/" + i, party.lists().get(i)));
    }
    for (int i = 0; i < party.workloads().size(); i++) {
      within.addAll(workloads(source, at + "/workloads/" + i, party.workloads().get(i)));
    }
    if (!within.isEmpty()) {
      sets.add(AddressSet.of(within, party.except()));
    }
    if (!party.outside().isEmpty()) {
      Set<Prefix> without = new LinkedHashSet<>(party.except());
      for (int i = 0; i < party.outside().size(); i++) {
        without.addAll(list(source, at + "/outside/" + i, party.outside().get(i)));
      }
      sets.add(AddressSet.of(AddressSet.EVERYTHING, without));
    }
    if (sets.isEmpty() && !source.kept()) {
      throw source
          .fault()
          .apply(at, "expected one of prefixes, lists, outside and workloads with something in it");
    }
    return sets;
  }

  private static List<Prefix> list(Scene.Source source, String at, String name) {
    List<Prefix> list = source.lists().get(name);
    if (list == null) {
      throw source
          .fault()
          .apply(
              at,
              "expected the name of an address list"
                  + (source.lists().isEmpty()
                      ? "; there are none"
                      : ", one of " + String.join(", ", source.lists().keySet()))
                  + ", found "
                  + name);
    }
    return list;
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
