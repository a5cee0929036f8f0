package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Divides all addresses into identities: those of one identity are in the same of the sets that
 * rules name. Identity 0 are those that no prefix is around.
 */
final class AddressPartition {
  /** Of addresses that are in no set although a prefix is around them. */
  private static final int IN_NONE = 1;

  private static final int WITHIN = 0;
  private static final int WITHOUT = 1;

  private final Map<AddressSet, Integer> numbers = new LinkedHashMap<>();
  private final List<List<Integer>> identitiesOfSet = new ArrayList<>();
  private final Map<List<Integer>, Integer> identities = new HashMap<>();
  private final Map<ListName, Integer> lists = new LinkedHashMap<>();

  /** For each source what it is to sets: 2 × the set's number, + 1 for what is without it. */
  private final List<int[]> sides = new ArrayList<>();

  private final PrefixSources sources = new PrefixSources();
  private final Map<Prefix, Integer> prefixes = new LinkedHashMap<>();

  private AddressPartition(
      Collection<AddressSet> sets, Function<ListName, ? extends Collection<Prefix>> contents) {
    for (AddressSet set : sets) {
      int number = numbers.size();
      if (numbers.putIfAbsent(set, number) == null) {
        identitiesOfSet.add(new ArrayList<>());
        add(set.within(), 2 * number + WITHIN);
        add(set.without(), 2 * number + WITHOUT);
      }
    }
    lists.forEach(
        (name, source) -> {
          int[] alone = {source};
          contents.apply(name).forEach(prefix -> sources.add(prefix, alone));
        });
    identities.put(List.of(), IN_NONE);
    Inside inside = new Inside();
    sources.walk(inside, prefix -> prefixes.put(prefix, number(inside.sets())));
    numberLists(inside);
  }

  /**
   * Divides by sets.
   *
   * @param contents the prefixes of a list
   */
  static AddressPartition of(
      Collection<AddressSet> sets, Function<ListName, ? extends Collection<Prefix>> contents) {
    return new AddressPartition(sets, contents);
  }

  private void add(AddressSet.Part part, int side) {
    if (!part.prefixes().isEmpty()) {
      int[] alone = {sides.size()};
      sides.add(new int[] {side});
      part.prefixes().forEach(prefix -> sources.add(prefix, alone));
    }
    for (ListName list : part.lists()) {
      Integer known = lists.putIfAbsent(list, sides.size());
      if (known == null) {
        sides.add(new int[] {side});
      } else {
        int[] before = sides.get(known);
        int[] more = Arrays.copyOf(before, before.length + 1);
        more[before.length] = side;
        sides.set(known, more);
      }
    }
  }

  /** Numbers for what is in one list only, so that one that is empty may get its first prefix. */
  private void numberLists(Inside inside) {
    // In an order that is the same in every process, as the numbers are to be.
    List<Integer> ordered =
        lists.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(Map.Entry::getValue)
            .toList();
    for (Prefix all : AddressSet.EVERYTHING.stream().sorted().toList()) {
      int[] around = sources.of(all);
      inside.enter(around);
      for (int list : ordered) {
        inside.enter(new int[] {list});
        number(inside.sets());
        inside.leave(new int[] {list});
      }
      inside.leave(around);
    }
  }

  private int number(List<Integer> sets) {
    Integer known = identities.get(sets);
    if (known != null) {
      return known;
    }
    int identity = IN_NONE + identities.size();
    identities.put(sets, identity);
    sets.forEach(set -> identitiesOfSet.get(set).add(identity));
    return identity;
  }

  /** Which sets addresses are in, on a walk through prefixes. */
  final class Inside implements PrefixSources.Walker {
    private final int[] counts = new int[2 * numbers.size()];
    private final TreeSet<Integer> inside = new TreeSet<>();

    @Override
    public void enter(int[] entered) {
      count(entered, 1);
    }

    @Override
    public void leave(int[] left) {
      count(left, -1);
    }

    private void count(int[] changed, int by) {
      for (int source : changed) {
        for (int side : sides.get(source)) {
          counts[side] += by;
          int set = side >>> 1;
          if (counts[2 * set + WITHIN] > 0 && counts[2 * set + WITHOUT] == 0) {
            inside.add(set);
          } else {
            inside.remove(set);
          }
        }
      }
    }

    private List<Integer> sets() {
      return List.copyOf(inside);
    }

    /** Their identity; null if there was none of this kind when all was divided. */
    @Nullable Integer identity() {
      return identities.get(sets());
    }
  }

  /** The identities of a set's addresses. */
  List<Integer> of(AddressSet set) {
    Integer number = numbers.get(set);
    if (number == null) {
      throw new IllegalArgumentException("a set that was not divided by: " + set);
    }
    return identitiesOfSet.get(number);
  }

  /** How many identities there are, those of no address among them. */
  int size() {
    return IN_NONE + identities.size();
  }

  /** Prefixes, with the identity of those addresses that are in no longer one of them. */
  Map<Prefix, Integer> prefixes() {
    return prefixes;
  }

  /** Where prefixes come from; a copy. */
  PrefixSources sources() {
    return new PrefixSources(sources);
  }

  /** The number of a list among the sources; null if no rule names it. */
  @Nullable Integer source(ListName list) {
    return lists.get(list);
  }
}
