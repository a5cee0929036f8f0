package dev.sluice.engine;

/** Tells the time. Nothing in the engine asks the machine that it runs on. */
@FunctionalInterface
public interface Clock {
  /** Nanoseconds since the clock's own zero, never going back. */
  long nanoseconds();
}
