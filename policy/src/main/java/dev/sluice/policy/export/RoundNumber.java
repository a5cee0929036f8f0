package dev.sluice.policy.export;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import java.time.Duration;

/** What somebody probably wrote: of all numbers that come to the same, the roundest. */
final class RoundNumber {
  private static final long[] SIZES = {1 << 30, 1 << 20, 1 << 10, 1000, 500, 100, 10, 1};
  private static final long[] TIMES = {
    1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1
  };
  private static final double SECOND = 1e9;
  private static final double TICK = 64 / SECOND;

  private RoundNumber() {}

  /** The size of a bucket, which a kernel keeps as a time in ticks. */
  static DataSize size(Bucket bucket, Rate rate) {
    double perTick = rate.bytesPerSecond() * TICK;
    long least = (long) Math.ceil((bucket.ticks() - 1) * perTick - 1e-6);
    long most = (long) Math.floor((bucket.ticks() + 1) * perTick + 1e-6);
    long nearest = Math.round(bucket.ticks() * perTick);
    return DataSize.bytes(roundest(Math.max(1, Math.min(least, nearest)), most, SIZES));
  }

  /**
   * The time in which a rate sends so many bytes.
   *
   * @param slack by how many bytes they may be off
   */
  static Duration time(long bytes, Rate rate, double slack) {
    double least = Math.max(0, bytes - slack) / rate.bytesPerSecond() * SECOND;
    double most = (bytes + 1 + slack) / rate.bytesPerSecond() * SECOND;
    return Duration.ofNanos(roundest((long) Math.ceil(least - 1e-3), (long) most, TIMES));
  }

  /** Bytes that a rate sends in two ticks, by which a bucket that is read may be off. */
  static double slack(Rate rate) {
    return 2 * rate.bytesPerSecond() * TICK;
  }

  private static long roundest(long least, long most, long[] steps) {
    for (long step : steps) {
      long number = Math.ceilDiv(least, step) * step;
      if (number <= most) {
        return number;
      }
    }
    return least;
  }
}
