package dev.sluice.engine.net;

import java.util.Arrays;

/** What came out of order: ranges of sequence numbers, ascending and apart. */
final class ReceivedRanges {
  private long[] starts = new long[16];
  private long[] ends = new long[16];
  private int count;

  /**
   * Adds a range.
   *
   * @param next what is expected next: all before it is there
   * @return what is expected next now
   */
  long add(long next, long from, long to) {
    if (to <= next) {
      return next;
    }
    if (from > next) {
      insert(from, to);
      return next;
    }
    long reached = to;
    int eaten = 0;
    while (eaten < count && starts[eaten] <= reached) {
      reached = Math.max(reached, ends[eaten]);
      eaten++;
    }
    remove(0, eaten);
    return reached;
  }

  private void insert(long from, long to) {
    int first = 0;
    while (first < count && ends[first] < from) {
      first++;
    }
    int behind = first;
    long start = from;
    long end = to;
    while (behind < count && starts[behind] <= end) {
      start = Math.min(start, starts[behind]);
      end = Math.max(end, ends[behind]);
      behind++;
    }
    remove(first, behind - first);
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    System.arraycopy(starts, first, starts, first + 1, count - first);
    System.arraycopy(ends, first, ends, first + 1, count - first);
    starts[first] = start;
    ends[first] = end;
    count++;
  }

  private void remove(int first, int number) {
    if (number > 0) {
      System.arraycopy(starts, first + number, starts, first, count - first - number);
      System.arraycopy(ends, first + number, ends, first, count - first - number);
      count -= number;
    }
  }
}
