package dev.sluice.datapath.tc;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Rate;
import org.jspecify.annotations.Nullable;

/** A class of a classful qdisc. */
public sealed interface TrafficClass permits TrafficClass.HtbClass, TrafficClass.Unknown {
  /** The kind of the qdisc it belongs to. */
  String kind();

  /**
   * A class of an {@link Htb}.
   *
   * @param rate the guaranteed rate
   * @param ceil the rate up to which it borrows what others leave
   * @param burst the bucket at the guaranteed rate
   * @param ceilBurst the bucket at the ceiling ({@code cburst})
   * @param quantum bytes it may send before the next class of its priority; 0 for rate / r2q, bound
   *     to 1,000 to 200,000
   * @param priority 0 is offered spare bandwidth first; the kernel treats more than 7 as 7
   * @param level 0 for a leaf, as the kernel reports it; ignored when asking
   */
  record HtbClass(
      RateSpec rate,
      RateSpec ceil,
      Bucket burst,
      Bucket ceilBurst,
      long quantum,
      int priority,
      int level)
      implements TrafficClass {
    /** Checks the ranges. */
    public HtbClass {
      if (quantum < 0 || quantum > 0xffff_ffffL) {
        throw new IllegalArgumentException("quantum must be 0 to 4294967295 bytes: " + quantum);
      }
    }

    /** A class with tc's defaults: buckets of one MTU of 1600 bytes and a tick's worth of rate. */
    public static HtbClass of(Rate rate, Rate ceil) {
      return new HtbClass(
          RateSpec.of(rate),
          RateSpec.of(ceil),
          Bucket.of(rate, defaultBurst(rate, 1600)),
          Bucket.of(ceil, defaultBurst(ceil, 1600)),
          0,
          0,
          0);
    }

    /**
     * The bucket that tc chooses when none is given: what the rate sends in one tick of the
     * kernel's clock, plus one frame. The clock is a nanosecond one (the fourth number in {@code
     * /proc/net/psched}), so the first part counts from 8 Gbit/s only.
     *
     * @param rate the rate
     * @param mtu the frame in bytes; tc takes 1600 unless told
     */
    public static long defaultBurst(Rate rate, long mtu) {
      return rate.bytesPerSecond() / 1_000_000_000L + mtu;
    }

    @Override
    public String kind() {
      return "htb";
    }
  }

  /**
   * A class of a kind that Sluice does not model.
   *
   * @param kind the kind of its qdisc
   * @param options the payload of its {@code TCA_OPTIONS}; null where there was none
   */
  record Unknown(String kind, @Nullable Bytes options) implements TrafficClass {}
}
