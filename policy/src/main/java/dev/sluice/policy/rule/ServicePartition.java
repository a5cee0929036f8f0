package dev.sluice.policy.rule;

import dev.sluice.policy.program.Services;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Divides the ports of all protocols into services: those of one service are in the same of the
 * sets that rules name. Service 0 are those that are in none.
 */
final class ServicePartition {
  private static final int MOST = 0xffff;

  private final int[] services = new int[Services.PROTOCOLS * Services.PORTS];
  private int size = 1;

  private ServicePartition(Collection<ServiceSet> sets) {
    Set<ServiceSet> different = new LinkedHashSet<>(sets);
    different.forEach(this::divide);
    renumber();
    if (size > MOST) {
      throw new IllegalArgumentException(
          "rules tell apart " + size + " services; at most " + MOST + " can be");
    }
  }

  /** Divides by sets. */
  static ServicePartition of(Collection<ServiceSet> sets) {
    return new ServicePartition(sets);
  }

  private void divide(ServiceSet set) {
    Map<Integer, Integer> inside = new HashMap<>();
    Set<Integer> moved = new HashSet<>();
    for (ServiceSet.Range range : set.ranges()) {
      for (int at = range.first(); at <= range.last(); at++) {
        int old = services[at];
        Integer part = inside.get(old);
        if (part == null) {
          // What the ranges before have moved already is in the set, too.
          if (moved.contains(old)) {
            continue;
          }
          part = size;
          size++;
          inside.put(old, part);
          moved.add(part);
        }
        services[at] = part;
      }
    }
  }

  /** Numbers that nobody has any more are given to others. */
  private void renumber() {
    Map<Integer, Integer> numbers = new HashMap<>();
    numbers.put(0, 0);
    for (int i = 0; i < services.length; i++) {
      int next = numbers.size();
      services[i] = numbers.computeIfAbsent(services[i], _ -> next);
    }
    size = numbers.size();
  }

  /** The services of a set. */
  List<Integer> of(ServiceSet set) {
    TreeSet<Integer> found = new TreeSet<>();
    for (ServiceSet.Range range : set.ranges()) {
      for (int at = range.first(); at <= range.last(); at++) {
        found.add(services[at]);
      }
    }
    return new ArrayList<>(found);
  }

  /** The words of {@link dev.sluice.policy.program.Tables#SERVICES}. */
  long[] words() {
    long[] words = new long[Services.WORDS];
    for (int i = 0; i < services.length; i++) {
      words[i / 4] |= (long) services[i] << (i % 4 * 16);
    }
    return words;
  }
}
