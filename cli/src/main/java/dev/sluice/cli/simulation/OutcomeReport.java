package dev.sluice.cli.simulation;

import dev.sluice.cli.output.Numbers;
import dev.sluice.observe.report.Report;
import java.util.ArrayList;
import java.util.List;

/** A simulation's outcome as a report: key figures, what stands out, charts, and all tables. */
final class OutcomeReport {
  private OutcomeReport() {}

  /**
   * The report.
   *
   * @param title what was tried
   * @param configuration the commands; may be empty
   */
  static Report of(String title, String configuration, Findings findings) {
    Outcome outcome = findings.outcome();
    List<Report.Section> sections = new ArrayList<>();
    sections.add(figures(outcome));
    if (!outcome.observations().isEmpty()) {
      sections.add(
          new Report.Notes("What stands out", outcome.observations(), Report.Tone.WARNING));
    }
    if (!outcome.warnings().isEmpty()) {
      sections.add(
          new Report.Notes(
              "Warnings about the configuration", outcome.warnings(), Report.Tone.WARNING));
    }
    sections.addAll(OutcomeCharts.of(findings));
    sections.addAll(OutcomeTables.grids(outcome));
    sections.add(new Report.Notes("How to read this", OutcomeTables.LEGEND, Report.Tone.PLAIN));
    if (!configuration.isBlank()) {
      sections.add(new Report.Listing("The configuration", configuration.strip()));
    }
    return new Report(
        title,
        "%s of virtual time in the engine, seed %d"
            .formatted(Numbers.time(outcome.nanoseconds()), outcome.seed()),
        sections);
  }

  private static Report.Figures figures(Outcome outcome) {
    Outcome.Totals totals = outcome.totals();
    List<Report.Figure> figures = new ArrayList<>();
    figures.add(figure("Offered", totals.offered()));
    figures.add(figure("Arrived", totals.received()));
    long offered = totals.offered().packets();
    figures.add(
        new Report.Figure(
            offered == 0 ? "0" : Numbers.percent(100.0 * totals.dropped() / offered),
            "Dropped",
            Numbers.count(totals.dropped()) + " packets"));
    Outcome.Flow slowest = null;
    for (Outcome.Flow flow : outcome.flows()) {
      if (slowest == null || flow.waited().p99() > slowest.waited().p99()) {
        slowest = flow;
      }
    }
    if (slowest != null) {
      figures.add(
          new Report.Figure(
              Numbers.time(slowest.waited().p99()),
              "Longest wait, p99 of a flow",
              slowest.name() + ", at most " + Numbers.time(slowest.waited().max())));
    }
    return new Report.Figures("Key figures", figures);
  }

  private static Report.Figure figure(String label, Outcome.Amount amount) {
    return new Report.Figure(
        Numbers.rate(amount.bitsPerSecond()),
        label,
        Numbers.count(amount.packets()) + " packets, " + Numbers.size(amount.bytes()));
  }
}
