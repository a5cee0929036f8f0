package dev.sluice.conformance.testbed;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for a condition, for a bounded time. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofNanos(200_000);

  private Await() {}

  /**
   * Asks again and again until the answer is as wished, or ten seconds have passed.
   *
   * @return the last answer, wished or not: the caller asserts on it
   */
  public static <T> T until(Supplier<T> question, Predicate<T> wished) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      T answer = question.get();
      if (wished.test(answer) || System.nanoTime() - deadline > 0) {
        return answer;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Asks until the answer equals a value, or ten seconds have passed. */
  public static <T> T untilEquals(T wished, Supplier<T> question) {
    return until(question, wished::equals);
  }
}
