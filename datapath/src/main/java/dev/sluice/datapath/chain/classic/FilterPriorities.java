package dev.sluice.datapath.chain.classic;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import java.util.Collection;
import java.util.TreeSet;

/**
 * Finds priorities for new filters at the classic hook. Filters run in the order of their
 * priorities, and a priority of one's own is the only place between others that stays: within one
 * priority the newest filter runs first.
 */
final class FilterPriorities {
  /** Behind the largest priority, 65535. */
  private static final int END = 0x10000;

  /** Where the first filter goes: in the middle, with room on both sides. */
  private static final int FIRST = 0x8000;

  /** How far from the outermost filter the next one goes, so that others fit between. */
  private static final int STEP = 256;

  private final String operation;
  private final TreeSet<Integer> used;

  /**
   * The priorities in use.
   *
   * @param operation what a refusal says was asked for
   */
  FilterPriorities(String operation, Collection<Integer> used) {
    this.operation = operation;
    this.used = new TreeSet<>(used);
  }

  /** One before all others. */
  int head() {
    if (used.isEmpty()) {
      return FIRST;
    }
    int first = used.first();
    return Math.max(first - STEP, between(0, first));
  }

  /** One behind all others. */
  int tail() {
    if (used.isEmpty()) {
      return FIRST;
    }
    int last = used.last();
    return Math.min(last + STEP, between(last, END));
  }

  /** One right before a priority in use. */
  int before(int priority) {
    Integer previous = used.lower(priority);
    return previous == null ? head() : between(previous, priority);
  }

  /** One right behind a priority in use. */
  int after(int priority) {
    Integer next = used.higher(priority);
    return next == null ? tail() : between(priority, next);
  }

  private int between(int low, int high) {
    if (high - low < 2) {
      String place =
          low == 0
              ? "before priority " + high
              : high == END
                  ? "behind priority " + low
                  : "between priorities " + low + " and " + high;
      throw new KernelRejected(
          operation,
          Errno.ENOSPC.number(),
          null,
          "no priority is free " + place + ", and filters that are there are not moved");
    }
    return low + (high - low) / 2;
  }
}
