package dev.sluice.datapath.tc;

import dev.sluice.datapath.Rate;

/**
 * The depth of a token bucket: how much may be sent at once after a pause.
 *
 * <p>tc takes it in bytes; the kernel keeps it as the time that those bytes take at the bucket's
 * rate, in ticks of 64 ns ({@code PSCHED_SHIFT} in {@code include/net/pkt_sched.h}).
 *
 * @param bytes bytes
 * @param ticks the same in psched ticks of 64 ns, 0 to 2³²−1
 */
public record Bucket(long bytes, long ticks) {
  /** Psched ticks in a microsecond. */
  public static final double TICKS_PER_MICROSECOND = 15.625;

  private static final long MAX_TICKS = 0xffff_ffffL;

  /** Checks the ranges. */
  public Bucket {
    if (bytes < 0) {
      throw new IllegalArgumentException("bucket size must not be negative: " + bytes + " bytes");
    }
    if (ticks < 0 || ticks > MAX_TICKS) {
      throw new IllegalArgumentException("bucket ticks must be 0 to 4294967295: " + ticks);
    }
  }

  /**
   * A bucket of so many bytes at a rate. Ticks are rounded up, as tc does since 6.15 (before, a
   * small burst at a high rate could round to nothing).
   */
  public static Bucket of(Rate rate, long bytes) {
    if (rate.bytesPerSecond() == 0) {
      return new Bucket(bytes, MAX_TICKS);
    }
    double microseconds = 1_000_000 * ((double) bytes / rate.bytesPerSecond());
    return new Bucket(
        bytes, (long) Math.min(MAX_TICKS, Math.ceil(microseconds * TICKS_PER_MICROSECOND)));
  }

  /** A bucket as the kernel reports it; bytes are cut to whole ones, as tc does. */
  public static Bucket ofTicks(Rate rate, long ticks) {
    double microseconds = ticks / TICKS_PER_MICROSECOND;
    return new Bucket((long) (rate.bytesPerSecond() * microseconds / 1_000_000), ticks);
  }

  /** The time the bucket's bytes take at its rate, in nanoseconds. */
  public long nanoseconds() {
    return ticks << 6;
  }
}
