package dev.sluice.datapath.tc;

import dev.sluice.datapath.Rate;

/**
 * A rate and how packet lengths are counted against it ({@code struct tc_ratespec}).
 *
 * @param rate the rate
 * @param overhead bytes added to each packet's length, 0 to 65535
 * @param minimumPacketUnit the least length counted for a packet, in bytes, 0 to 65535 ({@code
 *     mpu})
 * @param linkLayer how the link frames packets
 * @param cellLog log2 of the cell size of a legacy rate table, 0 to 255. tc sends it; the kernel
 *     reads back 0.
 */
public record RateSpec(
    Rate rate, int overhead, int minimumPacketUnit, LinkLayer linkLayer, int cellLog) {
  /** Checks the ranges. */
  public RateSpec {
    if ((overhead & ~0xffff) != 0) {
      throw new IllegalArgumentException("overhead must be 0 to 65535 bytes: " + overhead);
    }
    if ((minimumPacketUnit & ~0xffff) != 0) {
      throw new IllegalArgumentException("mpu must be 0 to 65535 bytes: " + minimumPacketUnit);
    }
    if ((cellLog & ~0xff) != 0) {
      throw new IllegalArgumentException("cell log must be 0 to 255: " + cellLog);
    }
  }

  /** A plain rate on Ethernet. */
  public static RateSpec of(Rate rate) {
    return new RateSpec(rate, 0, 0, LinkLayer.ETHERNET, 3);
  }
}
