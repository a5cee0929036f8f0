package dev.sluice.engine.measure;

import java.util.Arrays;

/**
 * Amounts or levels over time, in intervals of equal length. Where a run turns out longer than the
 * intervals reach, each two become one of double length, so that memory stays the same.
 */
public final class TimeSeries {
  /** How many intervals there are at most. */
  public static final int CAPACITY = 512;

  /** There is room for so many at first: most series of a large run stay short. */
  private static final int FIRST = 16;

  /** What an interval keeps. */
  public enum Keeps {
    /** The sum of all that was noted. */
    SUM,
    /** The highest that was noted. */
    MAXIMUM
  }

  private long[] values = new long[FIRST];
  private final Keeps keeps;
  private final long start;
  private long interval;
  private int count;

  /**
   * An empty series.
   *
   * @param keeps what an interval keeps
   * @param start when the first interval begins, in nanoseconds
   * @param interval how long an interval is at first, in nanoseconds, 1 or more
   */
  public TimeSeries(Keeps keeps, long start, long interval) {
    if (interval < 1) {
      throw new IllegalArgumentException("an interval must be positive: " + interval + " ns");
    }
    this.keeps = keeps;
    this.start = start;
    this.interval = interval;
  }

  /** Notes a value at a time, in nanoseconds; what was before the start counts for the start. */
  public void note(long at, long value) {
    long index = Math.max(0, at - start) / interval;
    while (index >= CAPACITY) {
      merge();
      index = Math.max(0, at - start) / interval;
    }
    int place = (int) index;
    while (place >= values.length) {
      values = Arrays.copyOf(values, 2 * values.length);
    }
    values[place] = join(values[place], value);
    count = Math.max(count, place + 1);
  }

  private void merge() {
    for (int i = 0; i < values.length; i++) {
      int from = 2 * i;
      values[i] = from < values.length ? join(values[from], values[from + 1]) : 0;
    }
    count = (count + 1) / 2;
    interval *= 2;
  }

  private long join(long one, long other) {
    return keeps == Keeps.SUM ? one + other : Math.max(one, other);
  }

  /** How long an interval is, in nanoseconds. */
  public long interval() {
    return interval;
  }

  /** How many intervals have begun. */
  public int count() {
    return count;
  }

  /** The value of an interval, from 0; 0 for one that has not begun. */
  public long value(int index) {
    return index < count ? values[index] : 0;
  }
}
