package dev.sluice.cli.demo;

import dev.sluice.cli.output.Numbers;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.cli.simulation.OutcomeTables;
import dev.sluice.observe.report.Report;

/** Tells the shop's story on a terminal. */
final class ShopReport {
  private ShopReport() {}

  static void print(ShopDemo.Result result, Output output) {
    output.line(
        "A shop's host sends more than its uplink of 10 Mbit/s carries: five seconds of a"
            + " capture,");
    output.line("in the engine, in virtual time. Nothing on this machine is touched.");
    output.line("");
    output.line(output.paint().bold("The configuration, as sluice tc takes it"));
    result.commands().forEach(command -> output.line("  tc " + command));
    output.line("  and a program on TCX egress that drops what 192.168.1.103 sends");
    output.line("");
    output.line(output.paint().bold("Services, as it is and as configured"));
    Table table =
        new Table(
            "SERVICE",
            "ADDRESS",
            ">OFFERED",
            ">ARRIVED",
            ">CONFIGURED",
            ">DROPPED",
            ">CONFIGURED",
            ">WAIT P99",
            ">CONFIGURED");
    for (ShopDemo.Comparison each : result.comparisons()) {
      table.row(
          each.name(),
          each.address(),
          Numbers.rate(each.before().offered().bitsPerSecond()),
          Numbers.rate(each.before().received().bitsPerSecond()),
          Numbers.rate(each.after().received().bitsPerSecond()),
          Numbers.count(each.before().dropped()),
          Numbers.count(each.after().dropped()),
          Numbers.time(each.before().waited().p99()),
          Numbers.time(each.after().waited().p99()));
    }
    table.print(output.out(), "  ", output.paint());
    for (Report.Grid grid : OutcomeTables.grids(result.after())) {
      if (!grid.heading().equals("Flows")) {
        output.line("");
        output.line(output.paint().bold(grid.heading() + ", as configured"));
        Table rows = new Table(grid.columns().toArray(String[]::new));
        grid.rows().forEach(row -> rows.row(row.toArray(String[]::new)));
        rows.print(output.out(), "  ", output.paint());
      }
    }
    output.line("");
    for (Check check : result.checks()) {
      String mark = check.holds() ? output.paint().good("ok") : output.paint().bad("does not hold");
      output.line("  " + check.text() + ": " + mark);
    }
    long failed = result.checks().stream().filter(check -> !check.holds()).count();
    output.line("");
    output.line(
        failed == 0
            ? "All " + result.checks().size() + " checks hold."
            : failed + " of " + result.checks().size() + " checks do not hold.");
    output.line("The same on real packets: sudo ./sluice demo --datapath kernel");
  }
}
