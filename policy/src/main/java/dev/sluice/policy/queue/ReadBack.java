package dev.sluice.policy.queue;

import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;

/**
 * Whether what a kernel tells is what it was given. It forgets cells of legacy tables, rounds a
 * TBF's bucket in its own arithmetic, and keeps quantum and priority of leaf classes only.
 */
public final class ReadBack {
  /** By so many ticks of 64 ns, and such a part, rounding may differ. */
  private static final long TICKS = 2;

  private static final int PART_SHIFT = 28;
  private static final double TICK_SECONDS = 64e-9;

  private ReadBack() {}

  static boolean isSame(Qdisc told, Tbf wanted) {
    return told instanceof Tbf tbf
        && tbf.peak() == null
        && isSame(tbf.rate(), wanted.rate())
        && isSame(tbf.burst(), wanted.burst())
        && tbf.limit() == wanted.limit();
  }

  /** Whether an HTB may stay. Nothing of it can be changed; only the default class matters. */
  static boolean isSame(Qdisc told, Htb wanted) {
    return told instanceof Htb htb
        && htb.defaultClass() == wanted.defaultClass()
        && htb.offload() == wanted.offload();
  }

  static boolean isSame(TrafficClass told, HtbClass wanted, boolean isLeaf) {
    return told instanceof HtbClass htb
        && isSame(htb.rate(), wanted.rate())
        && isSame(htb.ceil(), wanted.ceil())
        && isSame(htb.burst(), wanted.burst())
        && isSame(htb.ceilBurst(), wanted.ceilBurst())
        && (!isLeaf || htb.quantum() == wanted.quantum() && htb.priority() == wanted.priority());
  }

  private static boolean isSame(RateSpec told, RateSpec wanted) {
    return told.rate().equals(wanted.rate())
        && told.overhead() == wanted.overhead()
        && told.minimumPacketUnit() == wanted.minimumPacketUnit()
        && told.linkLayer() == wanted.linkLayer();
  }

  /** Whether a bucket that is told is one that was given. */
  public static boolean isSame(Bucket told, Bucket wanted) {
    long difference = Math.abs(told.ticks() - wanted.ticks());
    return difference <= TICKS + (wanted.ticks() >>> PART_SHIFT);
  }

  /**
   * What to give a kernel so that it tells the same again. A TBF's bucket is given in bytes, which
   * are cut when they are read, so that each time would take one.
   */
  static Qdisc again(Qdisc told) {
    if (!(told instanceof Tbf tbf)) {
      return told;
    }
    Bucket burst = tbf.burst();
    double perTick = TICK_SECONDS * tbf.rate().rate().bytesPerSecond();
    // The first byte of that tick, but where a tick has many, one in the middle: the kernel's own
    // arithmetic is a little short.
    long first = (long) Math.ceil(burst.ticks() * perTick - 1e-6);
    long middle = (long) ((burst.ticks() + 0.5) * perTick);
    long whole = Math.min(QueueSizes.MOST, Math.max(first, middle));
    return new Tbf(
        tbf.rate(), new Bucket(whole, burst.ticks()), tbf.peak(), tbf.peakBurst(), tbf.limit());
  }
}
