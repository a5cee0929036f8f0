package dev.sluice.engine.net;

/**
 * Something that is to happen at a time. Its owner makes it once and sets it again and again, so
 * that waiting allocates nothing.
 */
public abstract class Timer {
  /** In no timeline. */
  static final int IDLE = -1;

  /** When it fires, in nanoseconds. */
  long at;

  /** Of two that fire at one time, the one that was set earlier fires first. */
  long order;

  /** Where it is in the timeline's heap. */
  int place = IDLE;

  /** For subclasses. */
  protected Timer() {}

  /** Whether it waits to fire. */
  public final boolean isSet() {
    return place != IDLE;
  }

  /** When it fires, in nanoseconds, if it {@linkplain #isSet() is set}. */
  public final long at() {
    return at;
  }

  /**
   * Does what is to be done. It may set itself again.
   *
   * @param now the time, in nanoseconds
   */
  protected abstract void fire(long now);
}
