package dev.sluice.policy.plan;

import dev.sluice.policy.address.Prefix;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A policy as it was applied, with what it stood for then: a later run must keep it up although its
 * files have changed or are gone, and its workloads have ended.
 *
 * @param text the document
 * @param numbers the numbers of its classes, by {@code DEVICE/CLASS}
 * @param lists the addresses of its lists, by their names
 * @param bindings where its workloads were, by {@code NAMESPACE/NAME}
 */
public record Applied(
    String text,
    SortedMap<String, Integer> numbers,
    SortedMap<String, List<Prefix>> lists,
    SortedMap<String, Surroundings.Binding> bindings) {
  /** Copies the tables. */
  public Applied {
    numbers = sorted(numbers);
    lists = sorted(lists);
    bindings = sorted(bindings);
  }

  private static <T> SortedMap<String, T> sorted(Map<String, T> table) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(table));
  }

  /** A policy that stands for nothing but its text. */
  public static Applied of(String text) {
    return new Applied(text, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
  }
}
