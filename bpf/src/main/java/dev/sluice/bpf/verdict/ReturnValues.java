package dev.sluice.bpf.verdict;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a program can return at most: it returns nothing else, but need not return each of these.
 *
 * @param isAny whether it may be any number, because nothing was found out
 * @param values the numbers, as signed 32 bits; empty with {@code isAny}
 */
public record ReturnValues(boolean isAny, SortedSet<Integer> values) {
  /** Nothing is known. */
  public static final ReturnValues ANY = new ReturnValues(true, new TreeSet<>());

  /**
   * Copies the values.
   *
   * @throws IllegalArgumentException if there are values beside "any"
   */
  public ReturnValues {
    if (isAny && !values.isEmpty()) {
      throw new IllegalArgumentException("either any number or one of " + values);
    }
    values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
  }

  /** These and no others. */
  public static ReturnValues of(Integer... values) {
    return new ReturnValues(false, new TreeSet<>(List.of(values)));
  }

  /** Whether the program may return this. */
  public boolean contains(int value) {
    return isAny || values.contains(value);
  }

  /** Reads {@code any} or {@code -1, 2}. */
  @Override
  public String toString() {
    return isAny ? "any" : values.toString().replaceAll("[\\[\\]]", "");
  }
}
