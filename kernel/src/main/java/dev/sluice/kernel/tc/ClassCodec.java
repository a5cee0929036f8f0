package dev.sluice.kernel.tc;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.tc.TcDescriptor.HtbLayout;
import org.jspecify.annotations.Nullable;

/** The options of classes as {@code TCA_OPTIONS}. */
final class ClassCodec {
  private ClassCodec() {}

  /** Writes {@code TCA_OPTIONS}, unless the class has none. */
  static void write(MessageWriter out, TrafficClass trafficClass) {
    switch (trafficClass) {
      case TrafficClass.HtbClass htb -> writeHtb(out, htb);
      case TrafficClass.Unknown unknown -> {
        Bytes options = unknown.options();
        if (options != null) {
          out.attribute(TcDescriptor.TCA_OPTIONS, options.toArray());
        }
      }
    }
  }

  private static void writeHtb(MessageWriter out, TrafficClass.HtbClass htb) {
    int options = out.nest(TcDescriptor.TCA_OPTIONS);
    if (RateSpecCodec.isLong(htb.rate())) {
      out.attribute64(HtbLayout.RATE64, htb.rate().rate().bytesPerSecond());
    }
    if (RateSpecCodec.isLong(htb.ceil())) {
      out.attribute64(HtbLayout.CEIL64, htb.ceil().rate().bytesPerSecond());
    }
    // The legacy rate tables are left out: kernels since 3.8 compute what these would tell.
    int parms = out.nest(HtbLayout.PARMS);
    RateSpecCodec.write(out, htb.rate());
    RateSpecCodec.write(out, htb.ceil());
    out.u32((int) htb.burst().ticks()).u32((int) htb.ceilBurst().ticks());
    out.u32((int) htb.quantum()).u32(0).u32(htb.priority());
    out.endNest(parms);
    out.endNest(options);
  }

  /**
   * Reads the options of a class.
   *
   * @param kind the kind of its qdisc
   * @param options stands at {@code TCA_OPTIONS}; null where there are none
   */
  static TrafficClass read(String kind, @Nullable Attributes options) {
    if (options != null && kind.equals("htb")) {
      TrafficClass htb = readHtb(options);
      if (htb != null) {
        return htb;
      }
    }
    return new TrafficClass.Unknown(kind, options == null ? null : options.bytes());
  }

  private static @Nullable TrafficClass readHtb(Attributes options) {
    long rate64 = RateSpecCodec.NOT_TOLD;
    long ceil64 = RateSpecCodec.NOT_TOLD;
    Attributes parms = null;
    Attributes in = options.nested();
    while (in.next()) {
      switch (in.type()) {
        case HtbLayout.PARMS -> parms = in.here();
        case HtbLayout.RATE64 -> rate64 = in.s64(0);
        case HtbLayout.CEIL64 -> ceil64 = in.s64(0);
        default -> {}
      }
    }
    if (parms == null) {
      return null;
    }
    RateSpec rate = RateSpecCodec.read(parms, HtbLayout.RATE, rate64);
    RateSpec ceil = RateSpecCodec.read(parms, HtbLayout.CEIL, ceil64);
    return new TrafficClass.HtbClass(
        rate,
        ceil,
        Bucket.ofTicks(rate.rate(), parms.u32(HtbLayout.BUFFER)),
        Bucket.ofTicks(ceil.rate(), parms.u32(HtbLayout.CEIL_BUFFER)),
        parms.u32(HtbLayout.QUANTUM),
        parms.s32(HtbLayout.PRIORITY),
        parms.s32(HtbLayout.LEVEL));
  }
}
