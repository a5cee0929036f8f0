package dev.sluice.cli.tc;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.Tbf;
import org.jspecify.annotations.Nullable;

/** Prints qdiscs. */
final class QdiscSheet {
  private final QdiscEntry entry;
  private final Sheet sheet;
  private final Options options;

  private QdiscSheet(QdiscEntry entry, Sheet sheet) {
    this.entry = entry;
    this.sheet = sheet;
    this.options = sheet.options();
  }

  /**
   * Prints a qdisc.
   *
   * @param withDevice whether to name its device
   */
  static void print(QdiscEntry entry, boolean withDevice, Sheet sheet) {
    new QdiscSheet(entry, sheet).print(withDevice);
  }

  private void print(boolean withDevice) {
    sheet.beginObject();
    sheet.field("kind", "qdisc ", entry.qdisc().kind(), " ");
    String handle = Integer.toHexString(entry.handle().major()).concat(":");
    sheet.field("handle", "", handle, "");
    if (options.raw) {
      sheet.text("[" + Handles.hex8(entry.handle().value()) + "]");
    }
    sheet.text(" ");
    if (withDevice) {
      sheet.device(entry.device().name());
    }
    if (entry.parent().value() == Handle.ROOT.value()) {
      sheet.truth("root", true, "root ");
    } else if (!entry.parent().isUnspecified()) {
      sheet.field("parent", "parent ", entry.parent().toString(), " ");
    }
    if (entry.references() != 1) {
      sheet.field("refcnt", "refcnt ", entry.references(), " ");
    }
    if (entry.offloaded()) {
      sheet.truth("offloaded", true, "offloaded ");
    }
    if (entry.ingressBlock() != 0) {
      sheet.field("ingress_block", "ingress_block ", entry.ingressBlock() & 0xffff_ffffL, " ");
    }
    if (entry.egressBlock() != 0) {
      sheet.field("egress_block", "egress_block ", entry.egressBlock() & 0xffff_ffffL, " ");
    }
    sheet.beginObject("options");
    printOptions(entry.qdisc());
    sheet.endObject();
    sheet.line();
    if (options.statistics) {
      StatisticsSheet.print(entry.statistics(), " ", sheet);
      sheet.line();
    }
    sheet.endObject();
  }

  private void printOptions(Qdisc qdisc) {
    switch (qdisc) {
      case Tbf tbf -> print(tbf);
      case Htb htb -> print(htb);
      case Qdisc.Pfifo fifo -> printPacketLimit(fifo.limit());
      case Qdisc.PfifoHeadDrop fifo -> printPacketLimit(fifo.limit());
      case Qdisc.Bfifo fifo -> {
        if (fifo.limit() != null) {
          sheet.field("limit", fifo.limit(), "limit ", Quantities.size(fifo.limit()), "");
        }
      }
      case Qdisc.PfifoFast fast -> print(fast);
      case Qdisc.Ingress _ -> sheet.text("---------------- ");
      case Qdisc.Clsact _, Qdisc.Noqueue _, Qdisc.Mq _ -> {
        // nothing to say
      }
      case Qdisc.Unknown unknown -> printRaw(unknown.options(), sheet);
    }
  }

  /** Options of a kind that Sluice does not model, as the bytes of their netlink attributes. */
  static void printRaw(@Nullable Bytes raw, Sheet sheet) {
    if (raw != null && raw.length() > 0) {
      sheet.field("raw", "options ", raw.toString(), " ");
    }
  }

  private void printPacketLimit(@Nullable Long limit) {
    if (limit != null) {
      sheet.field("limit", "limit ", limit, "p");
    }
  }

  private void print(Qdisc.PfifoFast fast) {
    sheet.field("bands", "bands ", fast.bands(), " ");
    sheet.text("priomap");
    sheet.beginArray("priomap");
    for (int band : fast.priorityMap()) {
      sheet.element(band, " ");
    }
    sheet.endArray();
    sheet.truth("multiqueue", false, "");
  }

  private void print(Htb htb) {
    sheet.field("r2q", "r2q ", htb.rateToQuantum(), "");
    int minor = htb.defaultClass();
    String hex = minor == 0 ? "0" : "0x".concat(Integer.toHexString(minor));
    sheet.field("default", " default ", hex, "");
    long direct =
        entry.statistics().own() instanceof Statistics.HtbQdisc own ? own.directPackets() : 0;
    sheet.field("direct_packets_stat", " direct_packets_stat ", direct, "");
    if (options.details) {
      String version = (htb.version() >>> 16) + "." + (htb.version() & 0xffff);
      sheet.field("ver", " ver ", version, "");
    }
    if (htb.directQueueLength() != null) {
      sheet.field("direct_qlen", " direct_qlen ", htb.directQueueLength(), "");
    }
    if (htb.offload()) {
      sheet.nothing("offload", " offload");
    }
  }

  private void print(Tbf tbf) {
    RateSpec rate = tbf.rate();
    long bytesPerSecond = rate.rate().bytesPerSecond();
    sheet.field(
        "rate", bytesPerSecond, "rate ", Quantities.rate(bytesPerSecond, options.binaryUnits), " ");
    printBucket(tbf.burst(), rate, "burst", "burst", "burst_raw");
    RateSpec peak = tbf.peak();
    Bucket peakBurst = tbf.peakBurst();
    if (peak != null && peakBurst != null) {
      // iproute2 keeps the peak rate out of its JSON.
      sheet.text(
          "peakrate " + Quantities.rate(peak.rate().bytesPerSecond(), options.binaryUnits) + " ");
      if (peakBurst.ticks() != 0 || peak.minimumPacketUnit() != 0) {
        printBucket(peakBurst, peak, "mtu", "minburst", "mtu_raw");
      }
    }
    double latency = latency(tbf.limit(), rate, tbf.burst());
    if (peak != null && peakBurst != null) {
      latency = Math.max(latency, latency(tbf.limit(), peak, peakBurst));
    }
    if (latency >= 0) {
      sheet.field("lat", (long) latency, "lat ", Quantities.time((long) latency), " ");
    }
    if (options.raw || latency < 0) {
      sheet.field("limit", tbf.limit(), "limit ", Quantities.size(tbf.limit()), " ");
    }
    if (rate.overhead() != 0) {
      sheet.field("overhead", "overhead ", rate.overhead(), " ");
    }
    if (options.details || rate.linkLayer() == LinkLayer.ATM) {
      sheet.field("linklayer", "linklayer ", RateSpecs.name(rate.linkLayer()), " ");
    }
  }

  /** How long the last byte of a full queue waits, in microseconds, after a full bucket. */
  private static double latency(long limit, RateSpec rate, Bucket bucket) {
    return 1_000_000 * (limit / (double) rate.rate().bytesPerSecond())
        - bucket.ticks() / Bucket.TICKS_PER_MICROSECOND;
  }

  private void printBucket(
      Bucket bucket, RateSpec rate, String detailed, String plain, String raw) {
    String size = Quantities.size(bucket.bytes());
    if (options.details) {
      sheet.field(detailed, detailed + " ", size + "/" + (1 << rate.cellLog()), " ");
      int mpu = rate.minimumPacketUnit();
      sheet.field("mpu", mpu, "mpu ", Quantities.size(mpu), " ");
    } else {
      sheet.field(plain, bucket.bytes(), plain.concat(" "), size, " ");
    }
    if (options.raw) {
      int ticks = (int) bucket.ticks();
      if (sheet.isJson()) {
        sheet.field(raw, "", Integer.toHexString(ticks), "");
      } else {
        sheet.text("[" + Handles.hex8(ticks) + "] ");
      }
    }
  }
}
