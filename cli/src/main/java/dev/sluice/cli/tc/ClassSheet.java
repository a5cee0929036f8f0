package dev.sluice.cli.tc;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;

/** Prints classes. */
final class ClassSheet {
  private ClassSheet() {}

  /**
   * Prints a class.
   *
   * @param minorOnly whether its qdisc's number is left out of the names
   */
  static void print(ClassEntry entry, boolean minorOnly, Sheet sheet) {
    sheet.beginObject();
    sheet.field("class", "class ", entry.trafficClass().kind(), " ");
    sheet.field("handle", "", name(entry.id(), minorOnly), " ");
    if (entry.parent().value() == Handle.ROOT.value()) {
      sheet.truth("root", true, "root ");
    } else {
      sheet.field("parent", "parent ", name(entry.parent(), minorOnly), " ");
    }
    if (!entry.leaf().isUnspecified()) {
      String leaf = Integer.toHexString(entry.leaf().major());
      sheet.field("leaf", "leaf ", sheet.isJson() ? "0x".concat(leaf) : leaf, ": ");
    }
    printOptions(entry.trafficClass(), sheet);
    sheet.line();
    if (sheet.options().statistics) {
      sheet.beginObject("stats");
      StatisticsSheet.print(entry.statistics(), " ", sheet);
      sheet.text("\n");
      if (entry.statistics().own() instanceof Statistics.HtbClass own) {
        StatisticsSheet.print(own, sheet);
        sheet.text("\n");
      }
      sheet.endObject();
    }
    sheet.endObject();
  }

  private static String name(Handle handle, boolean minorOnly) {
    return (minorOnly ? new Handle(handle.minor()) : handle).toString();
  }

  /** Prints what a class is set to. */
  static void printOptions(TrafficClass trafficClass, Sheet sheet) {
    switch (trafficClass) {
      case HtbClass htb -> print(htb, sheet);
      case TrafficClass.Unknown unknown -> QdiscSheet.printRaw(unknown.options(), sheet);
    }
  }

  private static void print(HtbClass htb, Sheet sheet) {
    Options options = sheet.options();
    if (htb.level() == 0) {
      sheet.field("prio", "prio ", htb.priority(), " ");
      if (options.details) {
        sheet.field("quantum", "quantum ", htb.quantum(), " ");
      }
    }
    RateSpec rate = htb.rate();
    printRate("rate", rate, sheet);
    if (rate.overhead() != 0) {
      sheet.field("overhead", "overhead ", rate.overhead(), " ");
    }
    printRate("ceil", htb.ceil(), sheet);
    if (options.details || rate.linkLayer() == LinkLayer.ATM) {
      sheet.field("linklayer", "linklayer ", RateSpecs.name(rate.linkLayer()), " ");
    }
    long burst = htb.burst().bytes();
    long ceilBurst = htb.ceilBurst().bytes();
    if (options.details) {
      sheet.field("burst", burst, "burst ", Quantities.size(burst), "/");
      sheet.field("burst_cell", "", 1L << rate.cellLog(), "");
      printUnit("mpu_rate", rate, sheet);
      sheet.field("cburst", ceilBurst, "cburst ", Quantities.size(ceilBurst), "/");
      sheet.field("cburst_cell", "", 1L << htb.ceil().cellLog(), "");
      printUnit("mpu_ceil", htb.ceil(), sheet);
      sheet.field("level", "level ", htb.level(), " ");
    } else {
      sheet.field("burst", burst, "burst ", Quantities.size(burst), " ");
      sheet.field("cburst", ceilBurst, "cburst ", Quantities.size(ceilBurst), "");
    }
    if (options.raw && !sheet.isJson()) {
      sheet.text(
          "buffer ["
              + Handles.hex8((int) htb.burst().ticks())
              + "] cbuffer ["
              + Handles.hex8((int) htb.ceilBurst().ticks())
              + "] ");
    }
  }

  private static void printRate(String key, RateSpec rate, Sheet sheet) {
    long bytesPerSecond = rate.rate().bytesPerSecond();
    String wording = Quantities.rate(bytesPerSecond, sheet.options().binaryUnits);
    sheet.field(key, bytesPerSecond, key.concat(" "), wording, " ");
  }

  private static void printUnit(String key, RateSpec rate, Sheet sheet) {
    int unit = rate.minimumPacketUnit();
    sheet.field(key, unit, "mpu ", Quantities.size(unit), " ");
  }
}
