package dev.sluice.policy.plan;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A policy as it was applied.
 *
 * @param text the document
 * @param numbers the numbers of its classes, by their names, as {@code eth0/backup}
 */
public record Applied(String text, SortedMap<String, Integer> numbers) {
  /** Copies the table. */
  public Applied {
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
  }

  /** A policy whose classes have no numbers to keep. */
  public static Applied of(String text) {
    return new Applied(text, new TreeMap<>());
  }
}
