package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What changes of address lists are to identities that were given out already. */
final class ListChanges {
  private final AddressPartition partition;
  private final PrefixSources sources;

  ListChanges(AddressPartition partition) {
    this.partition = partition;
    sources = partition.sources();
  }

  /**
   * Changes a list: first it gets prefixes, then it loses some, so that an address that is in it
   * before and afterwards is so between.
   *
   * @return for each of these steps what becomes of prefixes, 0 for those that go; null if
   *     addresses would need an identity that there is not, and nothing is changed then
   */
  @Nullable List<Map<Prefix, Integer>> change(
      ListName list, Collection<Prefix> added, Collection<Prefix> removed) {
    Integer source = partition.source(list);
    if (source == null) {
      return List.of();
    }
    int[] alone = {source};
    List<Prefix> come = new ArrayList<>();
    List<Prefix> gone = new ArrayList<>();
    added.stream().filter(prefix -> sources.add(prefix, alone)).forEach(come::add);
    Map<Prefix, Integer> more = identities(come);
    Set<Prefix> kept = Set.copyOf(added);
    removed.stream()
        .filter(prefix -> !kept.contains(prefix) && sources.remove(prefix, source))
        .forEach(gone::add);
    Map<Prefix, Integer> fewer = identities(gone);
    if (more == null || fewer == null) {
      gone.forEach(prefix -> sources.add(prefix, alone));
      come.forEach(prefix -> sources.remove(prefix, source));
      return null;
    }
    return List.of(more, fewer);
  }

  /** The identities of what is in prefixes; null if there are none for some. */
  private @Nullable Map<Prefix, Integer> identities(List<Prefix> changed) {
    Map<Prefix, Integer> identities = new LinkedHashMap<>();
    changed.forEach(prefix -> identities.put(prefix, 0));
    AddressPartition.Inside inside = partition.new Inside();
    List<Prefix> unknown = new ArrayList<>();
    Prefix last = null;
    for (Prefix prefix : changed.stream().sorted().toList()) {
      if (last != null && last.contains(prefix)) {
        continue;
      }
      last = prefix;
      sources.walk(
          prefix,
          inside,
          one -> {
            Integer identity = inside.identity();
            if (identity == null) {
              unknown.add(one);
            } else {
              identities.put(one, identity);
            }
          });
    }
    return unknown.isEmpty() ? identities : null;
  }
}
