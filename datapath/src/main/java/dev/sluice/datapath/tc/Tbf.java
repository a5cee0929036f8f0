package dev.sluice.datapath.tc;

import dev.sluice.datapath.Rate;
import org.jspecify.annotations.Nullable;

/**
 * Token bucket filter: holds a device to a rate ({@code net/sched/sch_tbf.c}).
 *
 * @param rate the rate to keep
 * @param burst the bucket
 * @param peak the rate within a burst; null for none
 * @param peakBurst the bucket of the peak rate, about one frame ({@code mtu}, {@code minburst});
 *     null without a peak
 * @param limit bytes that may wait in the queue, 0 to 2³²−1
 */
public record Tbf(
    RateSpec rate, Bucket burst, @Nullable RateSpec peak, @Nullable Bucket peakBurst, long limit)
    implements Qdisc {
  /** Checks that a peak rate comes with its bucket, and the limit's range. */
  public Tbf {
    if ((peak == null) != (peakBurst == null)) {
      throw new IllegalArgumentException("a peak rate needs its bucket (mtu), and the other way");
    }
    if (limit < 0 || limit > 0xffff_ffffL) {
      throw new IllegalArgumentException("limit must be 0 to 4294967295 bytes: " + limit);
    }
  }

  /**
   * A plain rate limit.
   *
   * @param rate the rate to keep
   * @param burst bytes that may be sent at once
   * @param latencyMicroseconds how long a packet may wait before it is dropped instead
   */
  public static Tbf of(Rate rate, long burst, long latencyMicroseconds) {
    double waiting = rate.bytesPerSecond() * (double) latencyMicroseconds / 1_000_000;
    return new Tbf(
        RateSpec.of(rate),
        Bucket.of(rate, burst),
        null,
        null,
        (long) Math.min(0xffff_ffffL, waiting + burst));
  }

  @Override
  public String kind() {
    return "tbf";
  }
}
