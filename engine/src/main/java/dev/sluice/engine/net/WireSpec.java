package dev.sluice.engine.net;

import dev.sluice.datapath.Rate;
import org.jspecify.annotations.Nullable;

/**
 * What a wire is like, in each direction.
 *
 * @param rate how fast it takes packets; null for at once, as a veth pair does
 * @param delayNanoseconds how long a packet is on its way, 0 or more
 */
public record WireSpec(@Nullable Rate rate, long delayNanoseconds) {
  /** A veth pair: takes packets at once, and they are there at once. */
  public static final WireSpec VETH = new WireSpec(null, 0);

  /** Checks the ranges. */
  public WireSpec {
    if (rate != null && rate.bytesPerSecond() == 0) {
      throw new IllegalArgumentException("a wire with rate 0 carries nothing");
    }
    if (delayNanoseconds < 0) {
      throw new IllegalArgumentException("delay must not be negative: " + delayNanoseconds + " ns");
    }
  }

  /** A wire of a rate, without delay. */
  public static WireSpec of(Rate rate) {
    return new WireSpec(rate, 0);
  }

  /** The same with a delay. */
  public WireSpec delayedBy(long nanoseconds) {
    return new WireSpec(rate, nanoseconds);
  }
}
