package dev.sluice.kernel.tc;

import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.tc.TcDescriptor.RateSpecLayout;

/** Rates as {@code struct tc_ratespec}. */
final class RateSpecCodec {
  /** Where a rate of 64 bits was not told. */
  static final long NOT_TOLD = 0;

  private RateSpecCodec() {}

  /** Whether a rate does not fit into the structure. */
  static boolean isLong(RateSpec spec) {
    return spec.rate().bytesPerSecond() > RateSpecLayout.RATE_ELSEWHERE;
  }

  static void write(MessageWriter out, RateSpec spec) {
    out.u8(spec.cellLog());
    out.u8(spec.linkLayer().number());
    out.u16(spec.overhead());
    out.u16(-1); // cell_align, as tc sets it; the kernel does not look at it
    out.u16(spec.minimumPacketUnit());
    out.u32((int) Math.min(spec.rate().bytesPerSecond(), RateSpecLayout.RATE_ELSEWHERE));
  }

  /** Writes the structure of no rate. */
  static void writeNone(MessageWriter out) {
    out.u32(0).u32(0).u32(0);
  }

  /**
   * Reads a rate.
   *
   * @param in stands at the attribute that holds the structure
   * @param offset where it is
   * @param rate64 the attribute of 64 bits that goes with it; {@link #NOT_TOLD} where there is none
   */
  static RateSpec read(Attributes in, int offset, long rate64) {
    long rate = rate64 == NOT_TOLD ? in.u32(offset + RateSpecLayout.RATE) : rate64;
    return new RateSpec(
        new Rate(rate < 0 ? Long.MAX_VALUE : rate),
        in.u16(offset + RateSpecLayout.OVERHEAD),
        in.u16(offset + RateSpecLayout.MPU),
        LinkLayer.of(in.u8(offset + RateSpecLayout.LINK_LAYER) & RateSpecLayout.LINK_LAYER_MASK),
        in.u8(offset + RateSpecLayout.CELL_LOG));
  }
}
