package dev.sluice.policy.table;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Which elements of an array map are in use. What is given up is used again only after a grace,
 * which begins when nothing leads there any more.
 *
 * <p>A program that was on its way there before may still read it. It does so within microseconds,
 * and the kernel does not let anything else run in between; but interrupts do, and a hypervisor may
 * stop one processor while the others go on, for some tens of milliseconds where many share it. A
 * second is far more than that. To know for sure one would have to wait for RCU, tens of
 * milliseconds each time.
 */
final class Places {
  /** In nanoseconds. */
  private static final long GRACE = 1_000_000_000;

  /** The time, in nanoseconds, and how to let some pass. */
  interface Clock {
    long now();

    void pause(long nanoseconds);

    /** The machine's. */
    Clock SYSTEM =
        new Clock() {
          @Override
          public long now() {
            return System.nanoTime();
          }

          @Override
          public void pause(long nanoseconds) {
            LockSupport.parkNanos(Math.max(nanoseconds, TimeUnit.MILLISECONDS.toNanos(1)));
          }
        };
  }

  private record Place(int at, int length) {}

  private record Retired(List<Place> places, long since) {}

  private final Clock clock;
  private final int longest;

  /** Free places by their length. */
  private final List<Deque<Integer>> free = new ArrayList<>();

  /** What something leads to until all is written. */
  private List<Place> leaving = new ArrayList<>();

  private final Deque<Retired> retired = new ArrayDeque<>();
  private int next;
  private int capacity = Integer.MAX_VALUE;

  /**
   * Nothing is in use but the first elements.
   *
   * @param first how many these are
   * @param longest how many are asked for at a time, at most
   */
  Places(int first, int longest, Clock clock) {
    next = first;
    this.longest = longest;
    this.clock = clock;
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

  /**
   * So many elements side by side; −1 if there is no room. If there only will be, it waits, a
   * second at most.
   */
  int take(int length) {
    if (length == 0) {
      return 0;
    }
    reclaim();
    int at = takeNow(length);
    while (at < 0 && !retired.isEmpty()) {
      clock.pause(retired.getFirst().since + GRACE - clock.now());
      reclaim();
      at = takeNow(length);
    }
    return at;
  }

  private void reclaim() {
    while (!retired.isEmpty() && clock.now() - retired.getFirst().since >= GRACE) {
      for (Place place : retired.removeFirst().places) {
        free.get(place.length).addLast(place.at);
      }
    }
  }

  private int takeNow(int length) {
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

  /** Nothing will lead there. */
  void retire(int at, int length) {
    if (length > 0) {
      leaving.add(new Place(at, length));
    }
  }

  /** All is written: nothing leads any more to what was retired. */
  void written() {
    if (!leaving.isEmpty()) {
      retired.addLast(new Retired(leaving, clock.now()));
      leaving = new ArrayList<>();
    }
  }
}
