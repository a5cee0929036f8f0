package dev.sluice.kernel.tc;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.tc.TcDescriptor.HtbLayout;
import dev.sluice.kernel.tc.TcDescriptor.PrioLayout;
import dev.sluice.kernel.tc.TcDescriptor.TbfLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of qdiscs as {@code TCA_OPTIONS}. */
final class QdiscCodec {
  private static final int UNSIGNED_SHORT = 0xffff;

  private QdiscCodec() {}

  /** Writes {@code TCA_OPTIONS}, unless the qdisc has none. */
  static void write(MessageWriter out, Qdisc qdisc) {
    switch (qdisc) {
      case Tbf tbf -> writeTbf(out, tbf);
      case Htb htb -> writeHtb(out, htb);
      case Qdisc.Pfifo fifo -> writeLimit(out, fifo.limit());
      case Qdisc.Bfifo fifo -> writeLimit(out, fifo.limit());
      case Qdisc.PfifoHeadDrop fifo -> writeLimit(out, fifo.limit());
      case Qdisc.PfifoFast _,
          Qdisc.Mq _,
          Qdisc.Noqueue _,
          Qdisc.Clsact _,
          Qdisc.Ingress _ -> {} // they take no options
      case Qdisc.Unknown unknown -> {
        Bytes options = unknown.options();
        if (options != null) {
          out.attribute(TcDescriptor.TCA_OPTIONS, options.toArray());
        }
      }
    }
  }

  private static void writeLimit(MessageWriter out, @Nullable Long limit) {
    if (limit != null) {
      out.attribute32(TcDescriptor.TCA_OPTIONS, (int) (long) limit); // bare, not a nest
    }
  }

  private static void writeTbf(MessageWriter out, Tbf tbf) {
    RateSpec peak = tbf.peak();
    Bucket peakBurst = tbf.peakBurst();
    int options = out.nest(TcDescriptor.TCA_OPTIONS);
    int parms = out.nest(TbfLayout.PARMS);
    RateSpecCodec.write(out, tbf.rate());
    if (peak == null) {
      RateSpecCodec.writeNone(out);
    } else {
      RateSpecCodec.write(out, peak);
    }
    out.u32((int) tbf.limit()).u32((int) ticks(tbf.rate(), tbf.burst()));
    out.u32(peak == null || peakBurst == null ? 0 : (int) ticks(peak, peakBurst));
    out.endNest(parms);
    out.attribute32(TbfLayout.BURST, (int) tbf.burst().bytes());
    if (RateSpecCodec.isLong(tbf.rate())) {
      out.attribute64(TbfLayout.RATE64, tbf.rate().rate().bytesPerSecond());
    }
    if (peak != null && peakBurst != null) {
      if (RateSpecCodec.isLong(peak)) {
        out.attribute64(TbfLayout.PRATE64, peak.rate().bytesPerSecond());
      }
      out.attribute32(TbfLayout.PBURST, (int) peakBurst.bytes());
    }
    out.endNest(options);
  }

  /**
   * A bucket's ticks. Where the rate does not fit into 32 bits, they are those of the largest that
   * does, as tc has them; the kernel goes by the bytes, which follow.
   */
  private static long ticks(RateSpec rate, Bucket bucket) {
    return RateSpecCodec.isLong(rate)
        ? Bucket.of(new Rate(TcDescriptor.RateSpecLayout.RATE_ELSEWHERE), bucket.bytes()).ticks()
        : bucket.ticks();
  }

  private static void writeHtb(MessageWriter out, Htb htb) {
    int options = out.nest(TcDescriptor.TCA_OPTIONS);
    int init = out.nest(HtbLayout.INIT);
    // Kernels report their whole version and take its upper half.
    int version = htb.version();
    out.u32(Integer.compareUnsigned(version, UNSIGNED_SHORT) > 0 ? version >>> 16 : version);
    out.u32(htb.rateToQuantum()).u32(htb.defaultClass()).u32(htb.debug()).u32(0);
    out.endNest(init);
    Long directQueueLength = htb.directQueueLength();
    if (directQueueLength != null) {
      out.attribute32(HtbLayout.DIRECT_QLEN, (int) (long) directQueueLength);
    }
    if (htb.offload()) {
      out.flag(HtbLayout.OFFLOAD);
    }
    out.endNest(options);
  }

  /**
   * Reads the options of a kind.
   *
   * @param kind the kind
   * @param options stands at {@code TCA_OPTIONS}; null where there are none
   */
  static Qdisc read(String kind, @Nullable Attributes options) {
    return switch (kind) {
      case "tbf" -> options == null ? unknown(kind, null) : readTbf(options);
      case "htb" -> options == null ? unknown(kind, null) : readHtb(options);
      case "pfifo" -> new Qdisc.Pfifo(readLimit(options));
      case "bfifo" -> new Qdisc.Bfifo(readLimit(options));
      case "pfifo_head_drop" -> new Qdisc.PfifoHeadDrop(readLimit(options));
      case "pfifo_fast" -> options == null ? unknown(kind, null) : readPfifoFast(options);
      case "mq" -> new Qdisc.Mq();
      case "noqueue" -> new Qdisc.Noqueue();
      case "clsact" -> new Qdisc.Clsact();
      case "ingress" -> new Qdisc.Ingress();
      default -> unknown(kind, options);
    };
  }

  private static Qdisc unknown(String kind, @Nullable Attributes options) {
    return new Qdisc.Unknown(kind, options == null ? null : options.bytes());
  }

  private static @Nullable Long readLimit(@Nullable Attributes options) {
    return options == null || options.length() == 0 ? null : options.u32(0);
  }

  private static Qdisc readPfifoFast(Attributes options) {
    List<Integer> map = new ArrayList<>(PrioLayout.MAP_LENGTH);
    for (int i = 0; i < PrioLayout.MAP_LENGTH; i++) {
      map.add(options.u8(PrioLayout.MAP + i));
    }
    return new Qdisc.PfifoFast(options.s32(PrioLayout.BANDS), map);
  }

  private static Qdisc readTbf(Attributes options) {
    long rate64 = RateSpecCodec.NOT_TOLD;
    long peak64 = RateSpecCodec.NOT_TOLD;
    Attributes parms = null;
    Attributes in = options.nested();
    while (in.next()) {
      switch (in.type()) {
        case TbfLayout.PARMS -> parms = in.here();
        case TbfLayout.RATE64 -> rate64 = in.s64(0);
        case TbfLayout.PRATE64 -> peak64 = in.s64(0);
        default -> {}
      }
    }
    if (parms == null) {
      return unknown("tbf", options);
    }
    RateSpec rate = RateSpecCodec.read(parms, TbfLayout.RATE, rate64);
    RateSpec peak = RateSpecCodec.read(parms, TbfLayout.PEAK_RATE, peak64);
    boolean hasPeak = peak.rate().bytesPerSecond() != 0;
    return new Tbf(
        rate,
        Bucket.ofTicks(rate.rate(), parms.u32(TbfLayout.BUFFER)),
        hasPeak ? peak : null,
        hasPeak ? Bucket.ofTicks(peak.rate(), parms.u32(TbfLayout.MTU)) : null,
        parms.u32(TbfLayout.LIMIT));
  }

  private static Qdisc readHtb(Attributes options) {
    Long directQueueLength = null;
    boolean offload = false;
    Attributes init = null;
    Attributes in = options.nested();
    while (in.next()) {
      switch (in.type()) {
        case HtbLayout.INIT -> init = in.here();
        case HtbLayout.DIRECT_QLEN -> directQueueLength = in.u32(0);
        case HtbLayout.OFFLOAD -> offload = true;
        default -> {}
      }
    }
    if (init == null) {
      return unknown("htb", options);
    }
    return new Htb(
        init.s32(HtbLayout.INIT_DEFAULT),
        init.s32(HtbLayout.INIT_R2Q),
        directQueueLength,
        offload,
        init.s32(HtbLayout.INIT_DEBUG),
        init.s32(HtbLayout.INIT_VERSION));
  }

  /** The packets that an HTB let pass unshaped, which it tells among its options. */
  static long directPackets(Attributes options) {
    Attributes in = options.nested();
    while (in.next()) {
      if (in.type() == HtbLayout.INIT) {
        return in.u32(HtbLayout.INIT_DIRECT_PACKETS);
      }
    }
    return 0;
  }
}
