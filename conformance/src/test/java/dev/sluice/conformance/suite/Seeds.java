package dev.sluice.conformance.suite;

import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/**
 * Seeds of random tests: two that are always the same, and one that is new in each run and stands
 * in the test's name. {@code -Dsluice.seed=NUMBER} runs just that one.
 */
final class Seeds {
  private Seeds() {}

  static LongStream all() {
    Long chosen = Long.getLong("sluice.seed");
    return chosen != null
        ? LongStream.of(chosen)
        : LongStream.of(1, 2, ThreadLocalRandom.current().nextLong(1_000_000_000));
  }
}
