package dev.sluice.engine.net;

import java.util.SplittableRandom;

/** When a flow's packets come. */
public sealed interface FlowPacing {
  /**
   * How long it is from one packet to the next.
   *
   * @param elapsed nanoseconds since the flow began, when the packet before came
   * @param random the flow's own dice
   * @return nanoseconds, 0 or more
   */
  long gap(long elapsed, SplittableRandom random);

  /** Checks an interval. */
  private static void requirePositive(long nanoseconds) {
    if (nanoseconds <= 0) {
      throw new IllegalArgumentException("an interval must be positive: " + nanoseconds + " ns");
    }
  }

  /**
   * One packet each interval.
   *
   * @param intervalNanoseconds the interval, 1 or more
   */
  record Constant(double intervalNanoseconds) implements FlowPacing {
    /** Checks the interval. */
    public Constant {
      requirePositive((long) Math.ceil(intervalNanoseconds));
    }

    @Override
    public long gap(long elapsed, SplittableRandom random) {
      // From the whole count, so that fractions of a nanosecond do not add up.
      double count = Math.floor(elapsed / intervalNanoseconds + 0.5);
      return Math.max(0, Math.round((count + 1) * intervalNanoseconds) - elapsed);
    }
  }

  /**
   * Packets that come by chance, at a mean rate: gaps are exponential.
   *
   * @param meanNanoseconds the mean interval
   */
  record Poisson(double meanNanoseconds) implements FlowPacing {
    /** Checks the interval. */
    public Poisson {
      requirePositive((long) Math.ceil(meanNanoseconds));
    }

    @Override
    public long gap(long elapsed, SplittableRandom random) {
      return Math.round(-Math.log(1 - random.nextDouble()) * meanNanoseconds);
    }
  }

  /**
   * Bursts: packets in a steady interval for some time, then a pause, and again.
   *
   * @param intervalNanoseconds from packet to packet while on
   * @param onNanoseconds how long a burst is
   * @param offNanoseconds how long a pause is, 0 or more
   */
  record OnOff(double intervalNanoseconds, long onNanoseconds, long offNanoseconds)
      implements FlowPacing {
    /** Checks the times. */
    public OnOff {
      requirePositive((long) Math.ceil(intervalNanoseconds));
      requirePositive(onNanoseconds);
      if (offNanoseconds < 0) {
        throw new IllegalArgumentException("a pause must not be negative: " + offNanoseconds);
      }
    }

    @Override
    public long gap(long elapsed, SplittableRandom random) {
      long cycle = onNanoseconds + offNanoseconds;
      long inCycle = elapsed % cycle;
      long next = Math.max(1, Math.round(intervalNanoseconds));
      return inCycle + next < onNanoseconds ? next : cycle - inCycle;
    }
  }
}
