package dev.sluice.engine.sched;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/** A class of an HTB ({@code struct htb_class}). All times are in nanoseconds. */
final class HtbClass {
  /** Levels of a tree ({@code TC_HTB_MAXDEPTH}). */
  static final int LEVELS = 8;

  /** Priorities ({@code TC_HTB_NUMPRIO}). */
  static final int PRIORITIES = 8;

  /** Longer than this, a pause earns nothing ({@code mbuffer}, a minute). */
  private static final long LONGEST_PAUSE = 60_000_000_000L;

  private static final int TICK_SHIFT = 6;

  /** What a class may do now ({@code enum htb_cmode}). */
  enum Mode {
    /** Its ceiling is reached. */
    CANT_SEND,
    /** Its own rate is used up; it may borrow. */
    MAY_BORROW,
    /** It may send at its own rate. */
    CAN_SEND
  }

  final Handle id;

  /** {@link #id} as a number, which a packet's way needs. */
  final int classId;

  final int minor;
  final @Nullable HtbClass parent;
  final FilterBlock filters;
  RateConversion rate;
  RateConversion ceil;
  long buffer;
  long ceilBuffer;

  /** Unsigned to those who set it, signed to those who use it, as in the kernel. */
  int quantum;

  int priority;

  /** 0 for a leaf. */
  int level;

  int children;
  int boundFilters;
  Mode mode = Mode.CAN_SEND;

  /** The priorities at which it is active, a bit each. */
  int activity;

  long tokens;
  long ceilTokens;
  long checkedAt;

  /** When its mode changes, while it waits for that. */
  long eventAt;

  /** Of two events at one time, the earlier added comes first. */
  long eventOrder;

  /** Where it is in its level's heap of events; −1 if it does not wait. */
  int eventPlace = -1;

  /** A leaf's queue; null for an inner class. */
  @Nullable QueueDiscipline queue;

  /** What a leaf may still send in its turn, at each level that it may be served at. */
  final int[] deficit = new int[LEVELS];

  /** An inner class's rings of classes that borrow from it, by priority. */
  final @Nullable HtbRing[] feeds = new @Nullable HtbRing[PRIORITIES];

  long packets;
  long bytes;
  long drops;
  long overlimits;
  long lends;
  long borrows;

  HtbClass(
      Handle id,
      @Nullable HtbClass parent,
      FilterBlock filters,
      TrafficClass.HtbClass options,
      long now) {
    this.id = id;
    classId = id.value();
    minor = id.minor();
    this.parent = parent;
    this.filters = filters;
    setRates(options);
    tokens = buffer;
    ceilTokens = ceilBuffer;
    checkedAt = now;
  }

  void setRates(TrafficClass.HtbClass options) {
    rate = new RateConversion(options.rate());
    ceil = new RateConversion(options.ceil());
    setBuckets(options);
  }

  private void setBuckets(TrafficClass.HtbClass options) {
    buffer = options.burst().nanoseconds();
    ceilBuffer = options.ceilBurst().nanoseconds();
  }

  boolean isLeaf() {
    return level == 0;
  }

  boolean isActive() {
    return activity != 0;
  }

  HtbRing feed(int atPriority) {
    HtbRing ring = feeds[atPriority];
    if (ring == null) {
      ring = new HtbRing();
      feeds[atPriority] = ring;
    }
    return ring;
  }

  /** What has passed since it was last looked at, as far as it counts. */
  long elapsed(long now) {
    return Math.min(now - checkedAt, LONGEST_PAUSE);
  }

  /** What it may do once so much time has passed ({@code htb_class_mode}; no hysteresis). */
  Mode modeAfter(long elapsed) {
    if (ceilTokens + elapsed < 0) {
      return Mode.CANT_SEND;
    }
    return tokens + elapsed >= 0 ? Mode.CAN_SEND : Mode.MAY_BORROW;
  }

  /** How long from then on until that changes; only where it is not {@link Mode#CAN_SEND}. */
  long untilChange(long elapsed) {
    long left = ceilTokens + elapsed;
    return left < 0 ? -left : -(tokens + elapsed);
  }

  /** {@code htb_accnt_tokens}. */
  void payTokens(int length, long elapsed) {
    tokens = pay(tokens, buffer, rate, length, elapsed);
  }

  /** {@code htb_accnt_ctokens}. */
  void payCeilTokens(int length, long elapsed) {
    ceilTokens = pay(ceilTokens, ceilBuffer, ceil, length, elapsed);
  }

  private static long pay(
      long before, long full, RateConversion conversion, int length, long elapsed) {
    long left = Math.min(before + elapsed, full) - conversion.nanoseconds(length);
    return left <= -LONGEST_PAUSE ? 1 - LONGEST_PAUSE : left;
  }

  void countSent(SocketBuffer packet) {
    bytes += packet.queueLength;
    packets += Math.max(1, packet.segments);
  }

  ClassView view() {
    QueueDiscipline leafQueue = queue;
    Statistics statistics =
        new Statistics(
            bytes,
            packets,
            drops,
            overlimits,
            0,
            leafQueue == null ? 0 : leafQueue.queueLength(),
            leafQueue == null ? 0 : leafQueue.backlog(),
            null,
            new Statistics.HtbClass(lends, borrows, 0, ticks(tokens), ticks(ceilTokens)));
    return new ClassView(
        id,
        parent == null ? Handle.ROOT : parent.id,
        leafQueue == null ? Handle.UNSPECIFIED : leafQueue.handle(),
        new TrafficClass.HtbClass(
            rate.readBack(),
            ceil.readBack(),
            Bucket.ofTicks(rate.rate(), buffer >> TICK_SHIFT),
            Bucket.ofTicks(ceil.rate(), ceilBuffer >> TICK_SHIFT),
            Integer.toUnsignedLong(quantum),
            priority,
            level),
        statistics);
  }

  private static int ticks(long nanoseconds) {
    return Math.clamp(nanoseconds >> TICK_SHIFT, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }
}
