package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Divides all addresses into identities: those of one identity are in the same of the sets that
 * rules name. Identity 0 are those that are in none.
 */
final class AddressPartition {
  private static final Prefix MAPPED = Prefix.six(0, 0xffffL << 32, Address.MAPPED_BITS);

  private final Map<AddressSet, Integer> numbers = new LinkedHashMap<>();
  private final List<List<Integer>> identitiesOfSet = new ArrayList<>();
  private final Map<Address.Block, Integer> blocks = new LinkedHashMap<>();
  private final Map<List<Integer>, Integer> identities = new HashMap<>();

  private AddressPartition(Collection<AddressSet> sets) {
    for (AddressSet set : sets) {
      if (numbers.putIfAbsent(set, numbers.size()) == null) {
        identitiesOfSet.add(new ArrayList<>());
      }
    }
    identities.put(List.of(), 0);
    divide();
  }

  /** Divides by sets. */
  static AddressPartition of(Collection<AddressSet> sets) {
    return new AddressPartition(sets);
  }

  /** What changes at an address: sets that begin or end there, as often as they do. */
  private void divide() {
    TreeMap<Address, Map<Integer, Integer>> changes = new TreeMap<>();
    numbers.forEach(
        (set, number) -> {
          // Where prefixes overlap, they count twice; a set ends where its count is 0 again.
          set.within().forEach(prefix -> mark(changes, prefix, 2 * number));
          set.without().forEach(prefix -> mark(changes, prefix, 2 * number + 1));
        });
    int[] counts = new int[2 * numbers.size()];
    TreeSet<Integer> inside = new TreeSet<>();
    Address start = new Address(0, 0);
    for (Map.Entry<Address, Map<Integer, Integer>> change : changes.entrySet()) {
      emit(start, change.getKey(), inside);
      start = change.getKey();
      change
          .getValue()
          .forEach(
              (side, by) -> {
                counts[side] += by;
                int set = side / 2;
                if (counts[2 * set] > 0 && counts[2 * set + 1] == 0) {
                  inside.add(set);
                } else {
                  inside.remove(set);
                }
              });
    }
    emit(start, null, inside);
  }

  private static void mark(Map<Address, Map<Integer, Integer>> changes, Prefix prefix, int side) {
    Address first = Address.first(prefix);
    Address behind = Address.behind(prefix);
    if (prefix.six() && prefix.contains(MAPPED)) {
      // What stands for IPv4 is not meant by a prefix of IPv6.
      mark(changes, first, Address.first(MAPPED), side);
      mark(changes, Objects.requireNonNull(Address.behind(MAPPED)), behind, side);
    } else {
      mark(changes, first, behind, side);
    }
  }

  private static void mark(
      Map<Address, Map<Integer, Integer>> changes,
      Address first,
      @Nullable Address behind,
      int side) {
    changes.computeIfAbsent(first, _ -> new TreeMap<>()).merge(side, 1, Integer::sum);
    if (behind != null) {
      changes.computeIfAbsent(behind, _ -> new TreeMap<>()).merge(side, -1, Integer::sum);
    }
  }

  private void emit(Address from, @Nullable Address to, Set<Integer> inside) {
    if (inside.isEmpty() || from.equals(to)) {
      return;
    }
    List<Integer> sets = List.copyOf(inside);
    Integer known = identities.get(sets);
    int identity = known == null ? identities.size() : known;
    if (known == null) {
      identities.put(sets, identity);
      sets.forEach(set -> identitiesOfSet.get(set).add(identity));
    }
    Address.blocks(from, to).forEach(block -> blocks.put(block, identity));
  }

  /** The identities of a set's addresses. */
  List<Integer> of(AddressSet set) {
    Integer number = numbers.get(set);
    if (number == null) {
      throw new IllegalArgumentException("a set that was not divided by: " + set);
    }
    return identitiesOfSet.get(number);
  }

  /** Blocks of addresses that do not overlap, with their identities; the others have 0. */
  Map<Address.Block, Integer> blocks() {
    return blocks;
  }
}
