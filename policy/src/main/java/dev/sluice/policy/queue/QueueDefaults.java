package dev.sluice.policy.queue;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What queues have where a policy says nothing. */
final class QueueDefaults {
  private static final long LEAST_BURST = 16 * 1024;
  private static final int BURSTS_A_SECOND = 50;
  private static final Duration QUEUE = Duration.ofMillis(50);
  private static final long LEAST_QUEUE = 128 * 1024;
  private static final long LEAST_QUANTUM = 1_514;
  private static final long MOST_QUANTUM = 200_000;

  private QueueDefaults() {}

  /** How much may leave at once: 20 ms of the rate, so that a late timer costs nothing. */
  static long burst(Rate rate, @Nullable DataSize said) {
    return said != null
        ? said.bytes()
        : Math.max(LEAST_BURST, rate.bytesPerSecond() / BURSTS_A_SECOND);
  }

  static long microseconds(@Nullable Duration said) {
    return (said == null ? QUEUE : said).toNanos() / 1_000;
  }

  /** Bytes that wait at most; room for a packet that is still to be cut, at least. */
  static long limit(Rate rate, @Nullable Duration said) {
    double bytes = rate.bytesPerSecond() * (microseconds(said) / 1e6);
    return Math.max(LEAST_QUEUE, Math.round(bytes));
  }

  /** How much a class sends before the next one borrows: a tenth of a second, in HTB's bounds. */
  static long quantum(Rate rate) {
    return Math.clamp(rate.bytesPerSecond() / 10, LEAST_QUANTUM, MOST_QUANTUM);
  }
}
