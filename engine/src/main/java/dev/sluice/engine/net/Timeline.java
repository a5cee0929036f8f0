package dev.sluice.engine.net;

import dev.sluice.engine.Clock;
import java.util.Arrays;

/**
 * Virtual time: it stands still while things happen, and jumps to the next thing that is to happen.
 * What happens at one time happens in the order it was set, so a run repeats exactly.
 */
public final class Timeline implements Clock {
  private Timer[] heap = new Timer[64];
  private int size;
  private long now;
  private long orders;

  /** A timeline at time 0. */
  public Timeline() {
    this(0);
  }

  /**
   * A timeline at a time.
   *
   * @param start nanoseconds, 0 or more
   */
  public Timeline(long start) {
    if (start < 0) {
      throw new IllegalArgumentException("time must not be negative: " + start + " ns");
    }
    now = start;
  }

  @Override
  public long nanoseconds() {
    return now;
  }

  /**
   * Sets a timer, or sets it anew. A time that has passed means now.
   *
   * @param at nanoseconds
   */
  public void set(Timer timer, long at) {
    if (timer.place != Timer.IDLE) {
      removeAt(timer.place);
    }
    timer.at = Math.max(at, now);
    timer.order = orders++;
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    up(size++, timer);
  }

  /** Unsets a timer, if it is set. */
  public void cancel(Timer timer) {
    if (timer.place != Timer.IDLE) {
      removeAt(timer.place);
    }
  }

  /** When the next timer fires; {@link Long#MAX_VALUE} if none is set. */
  public long next() {
    return size == 0 ? Long.MAX_VALUE : heap[0].at;
  }

  /**
   * Lets everything happen up to a time, and makes it that time.
   *
   * @param until nanoseconds, not before now
   */
  public void runUntil(long until) {
    while (size > 0 && heap[0].at <= until) {
      fireNext();
    }
    now = Math.max(now, until);
  }

  /** Lets the next thing happen, if there is one. */
  public boolean step() {
    if (size == 0) {
      return false;
    }
    fireNext();
    return true;
  }

  private void fireNext() {
    Timer timer = heap[0];
    removeAt(0);
    now = timer.at;
    timer.fire(now);
  }

  private void removeAt(int place) {
    Timer removed = heap[place];
    size--;
    Timer last = heap[size];
    // The slot behind the end keeps its timer until it is used again: timers live with their owner.
    if (place < size) {
      if (before(last, removed)) {
        up(place, last);
      } else {
        down(place, last);
      }
    }
    removed.place = Timer.IDLE;
  }

  private static boolean before(Timer one, Timer other) {
    return one.at != other.at ? one.at < other.at : one.order < other.order;
  }

  private void up(int place, Timer timer) {
    int at = place;
    while (at > 0) {
      int above = (at - 1) >>> 1;
      if (!before(timer, heap[above])) {
        break;
      }
      put(at, heap[above]);
      at = above;
    }
    put(at, timer);
  }

  private void down(int place, Timer timer) {
    int at = place;
    while (true) {
      int below = 2 * at + 1;
      if (below >= size) {
        break;
      }
      if (below + 1 < size && before(heap[below + 1], heap[below])) {
        below++;
      }
      if (!before(heap[below], timer)) {
        break;
      }
      put(at, heap[below]);
      at = below;
    }
    put(at, timer);
  }

  private void put(int place, Timer timer) {
    heap[place] = timer;
    timer.place = place;
  }
}
