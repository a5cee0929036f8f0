package dev.sluice.kernel;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what the kernel does in its own time, such as freeing a program. */
public final class Await {
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private Await() {}

  /** Looks again and again until a condition holds; fails if it never does. */
  public static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        fail("not within " + LIMIT.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
