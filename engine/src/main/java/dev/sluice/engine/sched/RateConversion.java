package dev.sluice.engine.sched;

import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.RateSpec;

/**
 * How long bytes take at a rate, in the kernel's arithmetic: a multiplication and a shift instead
 * of a division ({@code psched_ratecfg_precompute} and {@code psched_l2t_ns} in {@code
 * net/sched/sch_generic.c} and {@code include/net/sch_generic.h}).
 */
public final class RateConversion {
  private static final long NANOSECONDS = 1_000_000_000L;
  private static final int CELL_PAYLOAD = 48;
  private static final int CELL = 53;

  private final RateSpec spec;
  private final long multiplier;
  private final int shift;

  // Of the spec, so that a packet's way does not lead to it.
  private final int overhead;
  private final int leastBytes;
  private final boolean cells;

  /** The conversion for a rate. */
  public RateConversion(RateSpec spec) {
    this.spec = spec;
    overhead = spec.overhead();
    leastBytes = spec.minimumPacketUnit();
    cells = spec.linkLayer() == LinkLayer.ATM;
    long bytesPerSecond = spec.rate().bytesPerSecond();
    long factor = NANOSECONDS;
    long found = 1;
    int steps = 0;
    if (bytesPerSecond > 0) {
      while (true) {
        found = Long.divideUnsigned(factor, bytesPerSecond) & 0xffff_ffffL;
        if ((found & 0x8000_0000L) != 0 || factor < 0) {
          break;
        }
        factor <<= 1;
        steps++;
      }
    }
    multiplier = found;
    shift = steps;
  }

  /** The rate. */
  public RateSpec spec() {
    return spec;
  }

  /** The rate. */
  public Rate rate() {
    return spec.rate();
  }

  /** The multiplier, below 2³². */
  public long multiplier() {
    return multiplier;
  }

  /** The shift. */
  public int shift() {
    return shift;
  }

  /** How long a packet of so many bytes takes, in nanoseconds. */
  public long nanoseconds(long length) {
    long counted = Math.max(length + overhead, leastBytes);
    if (cells) {
      counted = Math.ceilDiv(counted, CELL_PAYLOAD) * CELL;
    }
    return (counted * multiplier) >>> shift;
  }

  /** The rate as the kernel reads it back: without the cell of a legacy table. */
  public RateSpec readBack() {
    return new RateSpec(
        spec.rate(), spec.overhead(), spec.minimumPacketUnit(), spec.linkLayer(), 0);
  }
}
