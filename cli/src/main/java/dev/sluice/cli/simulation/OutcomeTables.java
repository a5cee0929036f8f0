package dev.sluice.cli.simulation;

import dev.sluice.cli.output.Numbers;
import dev.sluice.observe.report.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A simulation's outcome as tables, the same on a terminal and in a report. */
public final class OutcomeTables {
  /** What the columns mean. */
  static final List<String> LEGEND =
      List.of(
          "Rates count frames with their Ethernet headers, up to the time that the senders ended;"
              + " what was still queued then counts as packets and bytes only.",
          "WAIT is the time at hooks and in queues, in virtual time: P50, half of the packets"
              + " waited at most so long; P99, all but one of a hundred; MAX, none longer.",
          "SHARE is a class's part of its device's rate; an inner class has that of all below it."
              + " BORROWED are packets that an ancestor's rate paid for.",
          "PACKETS of a flow are what its sender offered. What neither arrived nor was dropped was"
              + " still queued when the run ended.");

  private OutcomeTables() {}

  /** The tables, in the order they are told; those without rows are left out. */
  public static List<Report.Grid> grids(Outcome outcome) {
    List<Report.Grid> grids = new ArrayList<>();
    grids.add(flows(outcome));
    for (Outcome.Device device : outcome.devices()) {
      grids.add(classes(device));
    }
    grids.add(programs(outcome));
    grids.add(filters(outcome));
    grids.add(rules(outcome));
    grids.add(drops(outcome));
    grids.add(compared(outcome));
    grids.removeIf(grid -> grid.rows().isEmpty());
    return grids;
  }

  private static Report.Grid flows(Outcome outcome) {
    List<List<String>> rows = new ArrayList<>();
    for (Outcome.Flow flow : outcome.flows()) {
      long offered = flow.offered().packets();
      rows.add(
          List.of(
              flow.name(),
              Numbers.rate(flow.offered().bitsPerSecond()),
              Numbers.rate(flow.received().bitsPerSecond()),
              Numbers.count(offered),
              Numbers.count(flow.received().packets()),
              Numbers.count(flow.dropped()),
              Numbers.time(flow.waited().p50()),
              Numbers.time(flow.waited().p99()),
              Numbers.time(flow.waited().max())));
    }
    return new Report.Grid(
        "Flows",
        List.of(
            "FLOW",
            ">OFFERED",
            ">RECEIVED",
            ">PACKETS",
            ">ARRIVED",
            ">DROPPED",
            ">WAIT P50",
            ">P99",
            ">MAX"),
        rows);
  }

  private static Report.Grid classes(Outcome.Device device) {
    List<List<String>> rows = new ArrayList<>();
    for (Outcome.TrafficClass each : device.classes()) {
      rows.add(
          classRow(
              each.id(),
              each.guaranteedBitsPerSecond(),
              each.ceilingBitsPerSecond(),
              each.sent(),
              each.sharePercent(),
              each.borrows(),
              each.dropped(),
              each.waited()));
    }
    if (device.sent().packets() > 0 || device.dropped() > 0) {
      rows.add(
          classRow("all", null, null, device.sent(), 100, null, device.dropped(), device.waited()));
    }
    return new Report.Grid(
        "Device " + device.name(),
        List.of(
            "CLASS",
            ">RATE",
            ">CEIL",
            ">SENT",
            ">SHARE",
            ">PACKETS",
            ">BYTES",
            ">BORROWED",
            ">DROPPED",
            ">WAIT P50",
            ">P99",
            ">MAX"),
        rows);
  }

  private static List<String> classRow(
      String name,
      @Nullable Long rate,
      @Nullable Long ceil,
      Outcome.Amount sent,
      double share,
      @Nullable Long borrows,
      long dropped,
      Outcome.@Nullable Delay waited) {
    return List.of(
        name,
        rate == null ? "" : Numbers.wholeRate(rate),
        ceil == null ? "" : Numbers.wholeRate(ceil),
        Numbers.rate(sent.bitsPerSecond()),
        Numbers.percent(share),
        Numbers.count(sent.packets()),
        Numbers.size(sent.bytes()),
        borrows == null ? "" : Numbers.count(borrows),
        Numbers.count(dropped),
        waited == null ? "" : Numbers.time(waited.p50()),
        waited == null ? "" : Numbers.time(waited.p99()),
        waited == null ? "" : Numbers.time(waited.max()));
  }

  private static Report.Grid programs(Outcome outcome) {
    return new Report.Grid(
        "Programs",
        List.of(
            "HOOK", "PROGRAM", ">RUNS", ">BYTES", ">RATE", ">NEXT", ">PASS", ">DROP", ">REDIRECT"),
        outcome.programs().stream()
            .map(
                program ->
                    List.of(
                        program.hook(),
                        program.name(),
                        Numbers.count(program.seen().packets()),
                        Numbers.size(program.seen().bytes()),
                        Numbers.rate(program.seen().bitsPerSecond()),
                        Numbers.count(program.next()),
                        Numbers.count(program.pass()),
                        Numbers.count(program.drop()),
                        Numbers.count(program.redirect())))
            .toList());
  }

  private static Report.Grid filters(Outcome outcome) {
    return new Report.Grid(
        "Filters",
        List.of("AT", "FILTER", "FLOW", ">ASKED", ">MATCHED", ">SHARE", ">BYTES", ">RATE"),
        outcome.filters().stream()
            .map(
                filter ->
                    List.of(
                        filter.where(),
                        filter.filter(),
                        filter.flow(),
                        Numbers.count(filter.lookups()),
                        Numbers.count(filter.matched().packets()),
                        share(filter),
                        Numbers.size(filter.matched().bytes()),
                        Numbers.rate(filter.matched().bitsPerSecond())))
            .toList());
  }

  /** Of the packets that a filter was asked about, those that it matched. */
  private static String share(Outcome.Filter filter) {
    return filter.lookups() == 0
        ? ""
        : Numbers.percent(100.0 * filter.matched().packets() / filter.lookups());
  }

  private static Report.Grid rules(Outcome outcome) {
    return new Report.Grid(
        "Rules",
        List.of("POLICY", "RULE", "DID", ">PACKETS", ">BYTES", ">RATE"),
        outcome.rules().stream()
            .map(
                rule ->
                    List.of(
                        rule.policy().isEmpty() ? "all" : rule.policy(),
                        rule.name(),
                        rule.kind(),
                        Numbers.count(rule.counted().packets()),
                        rule.counted().bytes() == 0 ? "" : Numbers.size(rule.counted().bytes()),
                        rule.counted().bytes() == 0
                            ? ""
                            : Numbers.rate(rule.counted().bitsPerSecond())))
            .toList());
  }

  private static Report.Grid compared(Outcome outcome) {
    return new Report.Grid(
        "Predicted and live",
        List.of("OF", "RULE OR CLASS", "DID", ">PREDICTED", ">LIVE"),
        outcome.compared().stream()
            .map(
                one ->
                    List.of(
                        one.where(),
                        one.name(),
                        one.did(),
                        amount(one.predicted()),
                        amount(one.live())))
            .toList());
  }

  /** A rate; of connections, how many. */
  private static String amount(Outcome.Amount amount) {
    return amount.bytes() == 0 && amount.packets() != 0
        ? Numbers.count(amount.packets())
        : Numbers.rate(amount.bitsPerSecond());
  }

  private static Report.Grid drops(Outcome outcome) {
    return new Report.Grid(
        "Dropped",
        List.of("DEVICE", "CAUSE", "BY", ">PACKETS", ">BYTES"),
        outcome.drops().stream()
            .map(
                drop ->
                    List.of(
                        drop.device(),
                        drop.cause(),
                        drop.by(),
                        Numbers.count(drop.packets()),
                        Numbers.size(drop.bytes())))
            .toList());
  }
}
