package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.Statistics;

/** Prints counters. */
final class StatisticsSheet {
  private StatisticsSheet() {}

  /**
   * Prints the counters that every kind has.
   *
   * @param indent what text lines begin with
   */
  @SuppressWarnings("ReferenceEquality") // other statistics without counts are printed
  static void print(Statistics statistics, String indent, Sheet sheet) {
    if (statistics == Statistics.ZERO) {
      return; // it has no counters
    }
    sheet.text(indent);
    sheet.field("bytes", "Sent ", statistics.bytes(), " bytes");
    sheet.field("packets", " ", statistics.packets(), " pkt");
    sheet.field("drops", " (dropped ", statistics.drops(), "");
    sheet.field("overlimits", ", overlimits ", statistics.overlimits(), "");
    sheet.field("requeues", " requeues ", statistics.requeues(), ") ");
    Statistics.Estimate estimate = statistics.estimate();
    if (estimate == null) {
      sheet.line();
    } else {
      sheet.text("\n");
      long rate = estimate.bytesPerSecond();
      sheet.text(indent);
      sheet.field("rate", rate, "rate ", Quantities.rate(rate, sheet.options().binaryUnits), "");
      sheet.field("pps", " ", estimate.packetsPerSecond(), "pps");
    }
    sheet.text(indent);
    sheet.field(
        "backlog", statistics.backlog(), "backlog ", Quantities.size(statistics.backlog()), "");
    sheet.field("qlen", " ", statistics.queueLength(), "p");
    if (!sheet.isJson()) {
      sheet.text(" requeues " + statistics.requeues());
    }
  }

  /** Prints the counters that only HTB classes have. */
  static void print(Statistics.HtbClass own, Sheet sheet) {
    sheet.field("lended", " lended: ", own.lends(), " ");
    sheet.field("borrowed", "borrowed: ", own.borrows(), " ");
    sheet.field("giants", "giants: ", own.giants(), "");
    sheet.line();
    sheet.field("tokens", " tokens: ", own.tokens(), " ");
    sheet.field("ctokens", "ctokens: ", own.ceilTokens(), "");
    sheet.line();
  }
}
