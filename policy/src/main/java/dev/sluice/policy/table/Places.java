package dev.sluice.policy.table;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Which elements of an array map are in use. What is given up is used again only after a grace. */
final class Places {
  /** No program runs that long; those that began before do not see the place any more. */
  private static final long GRACE = 10_000_000;

  private record Retired(int at, int length, long since) {}

  private final int longest;

  /** Free places by their length. */
  private final List<Deque<Integer>> free = new ArrayList<>();

  private final Deque<Retired> retired = new ArrayDeque<>();
  private int next;
  private int capacity = Integer.MAX_VALUE;

  /**
   * Nothing is in use but the first elements.
   *
   * @param first how many these are
   * @param longest how many are asked for at a time, at most
   */
  Places(int first, int longest) {
    next = first;
    this.longest = longest;
    for (int i = 0; i <= longest; i++) {
      free.add(new ArrayDeque<>());
    }
  }

  /** How many elements were ever in use. */
  int used() {
    return next;
  }

  void limit(int elements) {
    capacity = elements;
  }

  /** A new update begins: those are free again whose grace is over. */
  void begin(long now) {
    while (!retired.isEmpty() && now - retired.getFirst().since > GRACE) {
      Retired place = retired.removeFirst();
      free.get(place.length).addLast(place.at);
    }
  }

  /** So many elements side by side; −1 if there is no room. */
  int take(int length) {
    if (length == 0) {
      return 0;
    }
    for (int fit = length; fit <= longest; fit++) {
      Integer at = free.get(fit).pollFirst();
      if (at != null) {
        if (fit > length) {
          free.get(fit - length).addLast(at + length);
        }
        return at;
      }
    }
    if (length > capacity - next) {
      return -1;
    }
    int at = next;
    next += length;
    return at;
  }

  void retire(int at, int length, long now) {
    if (length > 0) {
      retired.addLast(new Retired(at, length, now));
    }
  }
}
