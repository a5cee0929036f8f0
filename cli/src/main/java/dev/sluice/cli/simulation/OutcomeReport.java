package dev.sluice.cli.simulation;

import dev.sluice.datapath.Handle;
import dev.sluice.engine.measure.Drops;
import dev.sluice.engine.measure.TimeSeries;
import dev.sluice.engine.measure.Traffic;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.observe.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A simulation's outcome as a report: the same tables as on the terminal, and what they hide. */
public final class OutcomeReport {
  private static final double SECOND = 1e9;

  private OutcomeReport() {}

  /** The tables, in the order they are told; those without rows are left out. */
  public static List<Report.Grid> grids(Outcome outcome) {
    List<Report.Grid> grids = new ArrayList<>();
    grids.add(flows(outcome));
    for (Outcome.Device device : outcome.devices()) {
      grids.add(classes(device));
    }
    grids.add(programs(outcome));
    grids.add(filters(outcome));
    grids.add(drops(outcome));
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
    if (device.sent().packets() > 0) {
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
        borrows == null ? "" : Numbers.count(borrows),
        Numbers.count(dropped),
        waited == null ? "" : Numbers.time(waited.p50()),
        waited == null ? "" : Numbers.time(waited.p99()),
        waited == null ? "" : Numbers.time(waited.max()));
  }

  private static Report.Grid programs(Outcome outcome) {
    return new Report.Grid(
        "Programs",
        List.of("HOOK", "PROGRAM", ">RUNS", ">NEXT", ">PASS", ">DROP", ">REDIRECT"),
        outcome.programs().stream()
            .map(
                program ->
                    List.of(
                        program.hook(),
                        program.name(),
                        Numbers.count(program.runs()),
                        Numbers.count(program.next()),
                        Numbers.count(program.pass()),
                        Numbers.count(program.drop()),
                        Numbers.count(program.redirect())))
            .toList());
  }

  private static Report.Grid filters(Outcome outcome) {
    return new Report.Grid(
        "Filters",
        List.of("AT", "FILTER", "FLOW", ">ASKED", ">MATCHED"),
        outcome.filters().stream()
            .map(
                filter ->
                    List.of(
                        filter.where(),
                        filter.filter(),
                        filter.flow(),
                        Numbers.count(filter.lookups()),
                        Numbers.count(filter.matches())))
            .toList());
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
                        Numbers.count(drop.bytes())))
            .toList());
  }

  /** The whole report, with charts. */
  static Report of(String title, Findings findings, Outcome outcome) {
    List<Report.Section> sections = new ArrayList<>();
    if (!outcome.warnings().isEmpty()) {
      sections.add(new Report.Notes("Warnings", outcome.warnings()));
    }
    for (NetDevice device : findings.host().devices()) {
      Map<Handle, Traffic> classes = findings.meter().classesOf(device);
      if (!classes.isEmpty()) {
        sections.add(rates(device.name(), classes, findings));
        sections.add(delays(device.name(), classes));
      }
    }
    if (!findings.meter().drops().isEmpty()) {
      sections.add(dropsOverTime(findings));
    }
    sections.addAll(grids(outcome));
    return new Report(
        title,
        "%s of virtual time in the engine, seed %d"
            .formatted(Numbers.time(outcome.nanoseconds()), outcome.seed()),
        sections);
  }

  private static String className(Handle id) {
    return id.isUnspecified() ? "no class" : id.toString();
  }

  private static Report.TimeChart rates(
      String device, Map<Handle, Traffic> classes, Findings findings) {
    List<Report.Line> lines = new ArrayList<>();
    classes.forEach(
        (id, traffic) ->
            lines.add(line(className(id), traffic.bytesOverTime(), 8 / 1e6, true, findings)));
    return new Report.TimeChart("Rate by class, " + device, "Mbit/s", lines);
  }

  private static Report.TimeChart delays(String device, Map<Handle, Traffic> classes) {
    List<Report.Line> lines = new ArrayList<>();
    classes.forEach(
        (id, traffic) ->
            lines.add(line(className(id), traffic.delayOverTime(), 1e-6, false, null)));
    return new Report.TimeChart("Longest wait by class, " + device, "ms", lines);
  }

  private static Report.TimeChart dropsOverTime(Findings findings) {
    List<Report.Line> lines = new ArrayList<>();
    for (Drops drops : findings.meter().drops()) {
      lines.add(
          line(
              drops.place()
                  + (drops.place().handle().isUnspecified() ? "" : " " + drops.place().handle()),
              drops.packetsOverTime(),
              1,
              true,
              findings));
    }
    return new Report.TimeChart("Drops", "packets/s", lines);
  }

  /** Points of a series, several intervals to one where there are very many. */
  private static Report.Line line(
      String name, TimeSeries series, double factor, boolean perSecond, @Nullable Findings whole) {
    int count = series.count();
    if (whole != null) {
      count =
          (int)
              Math.max(
                  count, Math.min(TimeSeries.CAPACITY, whole.nanoseconds() / series.interval()));
    }
    int group = Math.max(1, count / 120);
    int points = Math.max(1, count / group);
    double[] seconds = new double[points];
    double[] values = new double[points];
    double interval = series.interval() / SECOND;
    for (int point = 0; point < points; point++) {
      long sum = 0;
      long highest = 0;
      for (int i = point * group; i < (point + 1) * group; i++) {
        sum += series.value(i);
        highest = Math.max(highest, series.value(i));
      }
      seconds[point] = (point + 0.5) * group * interval;
      values[point] = factor * (perSecond ? sum / (group * interval) : highest);
    }
    return new Report.Line(name, seconds, values);
  }
}
