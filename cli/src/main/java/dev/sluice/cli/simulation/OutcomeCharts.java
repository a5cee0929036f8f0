package dev.sluice.cli.simulation;

import dev.sluice.datapath.Handle;
import dev.sluice.engine.measure.Drops;
import dev.sluice.engine.measure.Meter;
import dev.sluice.engine.measure.TimeSeries;
import dev.sluice.engine.measure.Traffic;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.observe.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What was measured over time, as charts. */
final class OutcomeCharts {
  private static final Curves.Unit[] RATES = {
    new Curves.Unit("bit/s", 8), new Curves.Unit("kbit/s", 8e-3),
    new Curves.Unit("Mbit/s", 8e-6), new Curves.Unit("Gbit/s", 8e-9),
  };
  private static final Curves.Unit[] TIMES = {
    new Curves.Unit("µs", 1e-3), new Curves.Unit("ms", 1e-6), new Curves.Unit("s", 1e-9),
  };
  private static final Curves.Unit[] PACKETS = {new Curves.Unit("packets/s", 1)};

  private OutcomeCharts() {}

  /** The charts of a run, those without anything to draw left out. */
  static List<Report.Section> of(Findings findings) {
    List<Report.Section> charts = new ArrayList<>();
    charts.add(flows(findings));
    for (NetDevice device : findings.host().devices()) {
      Map<Handle, Traffic> classes = findings.meter().classesOf(device);
      if (!classes.isEmpty()) {
        charts.add(rates(device.name(), classes, findings));
        if (classes.values().stream().anyMatch(traffic -> traffic.longestDelay() > 0)) {
          charts.add(waits(device.name(), classes, findings));
        }
      }
    }
    if (!findings.meter().drops().isEmpty()) {
      charts.add(drops(findings));
    }
    return charts;
  }

  private static Report.TimeChart flows(Findings findings) {
    Curves curves = new Curves(findings.nanoseconds());
    Curves offered = new Curves(findings.nanoseconds());
    List<TimeSeries> all = new ArrayList<>();
    for (int tag = 0; tag < findings.flowNames().size(); tag++) {
      Meter.FlowMeter flow = findings.meter().flow(tag);
      if (flow.offered().packets() > 0 || flow.received().packets() > 0) {
        curves.add(findings.flowNames().get(tag), flow.received().bytesOverTime());
        all.add(flow.offered().bytesOverTime());
      }
    }
    offered.addSum("offered, all", all);
    return curves.stacked("Arrived by flow", RATES, offered);
  }

  private static String className(Handle id) {
    return id.isUnspecified() ? "no class" : "class " + id;
  }

  private static Report.TimeChart rates(
      String device, Map<Handle, Traffic> classes, Findings findings) {
    Curves curves = new Curves(findings.nanoseconds());
    classes.forEach((id, traffic) -> curves.add(className(id), traffic.bytesOverTime()));
    return curves.stacked("Rate by class, " + device, RATES, new Curves(findings.nanoseconds()));
  }

  private static Report.TimeChart waits(
      String device, Map<Handle, Traffic> classes, Findings findings) {
    Curves curves = new Curves(findings.nanoseconds());
    classes.forEach((id, traffic) -> curves.add(className(id), traffic.delayOverTime()));
    return curves.levels("Longest wait by class, " + device, TIMES);
  }

  private static Report.TimeChart drops(Findings findings) {
    Curves curves = new Curves(findings.nanoseconds());
    for (Drops drops : findings.meter().drops()) {
      curves.add(
          drops.place().device() + ": " + Findings.culprit(drops.place()), drops.packetsOverTime());
    }
    return curves.stacked("Dropped", PACKETS, new Curves(findings.nanoseconds()));
  }
}
