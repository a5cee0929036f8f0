package dev.sluice.cli.demo;

import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Paint;
import java.util.List;
import java.util.Locale;

/** Prints a demo for people, line by line as it goes. */
final class TextReport implements Report {
  private static final String COLUMNS = "    %-14s %12s %12s %8s %8s %12s %8s %9s   %s";

  private final Output output;
  private final Paint paint;

  TextReport(Output output) {
    this.output = output;
    this.paint = output.paint();
  }

  @Override
  public void lab(Lab lab) {
    output.line(
        "Two hosts in network namespaces of their own, with a cable between: eth0 to eth0.");
    output.line("Traffic is real; rates are measured from the kernel's byte counters.");
  }

  @Override
  public void scenario(int number, String title) {
    output.line("");
    output.line(paint.bold(number + ". " + title));
  }

  @Override
  public void configured(Scenario.Command command, String said) {
    if (!command.note().isEmpty()) {
      output.line("  " + paint.dim("(" + command.note() + ")"));
    }
    output.line("  # sluice " + command.line());
    said.lines().forEach(line -> output.line("    " + line));
  }

  @Override
  public void sending(String trial) {
    output.line("");
    output.line("  " + trial);
  }

  @Override
  public void findings(List<Finding> findings) {
    output.line(
        paint.dim(
            COLUMNS
                .formatted(
                    "",
                    "CONFIGURED",
                    "MEASURED",
                    "OFF",
                    "SHARE",
                    "PAYLOAD",
                    "DROPS",
                    "BORROWED",
                    "")
                .stripTrailing()));
    for (Finding finding : findings) {
      output.line(
          COLUMNS.formatted(
              finding.subject(),
              megabits((double) finding.configuredBitsPerSecond()),
              megabits(finding.measuredBitsPerSecond()),
              percent("%+.1f %%", finding.deviation()),
              percent("%.1f %%", finding.share()),
              megabits(finding.payloadBitsPerSecond()),
              finding.drops(),
              finding.borrows(),
              mark(finding.holds(), "more than " + percent("%.0f %%", finding.tolerated()))));
    }
  }

  private String mark(boolean holds, String otherwise) {
    return holds ? paint.good("ok") : paint.bad("OFF by " + otherwise);
  }

  @Override
  public void attached(List<ChainFinding.Entry> chain) {
    output.line("  tcx egress of " + Lab.DEVICE + ", each program under a link of its own:");
    int position = 0;
    for (ChainFinding.Entry entry : chain) {
      output.line(
          "    %d  %-16s program %-6d link %-6d %s"
              .formatted(
                  position++,
                  entry.name(),
                  entry.programId(),
                  entry.linkId(),
                  paint.dim(entry.says())));
    }
  }

  @Override
  public void checked(List<Check> checks) {
    for (Check check : checks) {
      output.line(
          "    %-96s %s"
              .formatted(check.text(), check.holds() ? paint.good("ok") : paint.bad("NO")));
    }
  }

  @Override
  public void removed(Removal removal) {
    output.line("");
    output.line(removal.text());
  }

  @Override
  public void verdict(DemoResult result) {
    int checks = result.checks();
    long failures = result.failures();
    output.line(
        failures == 0
            ? paint.good("All " + checks + " checks hold.")
            : paint.bad(failures + " of " + checks + " checks do not hold."));
  }

  private static String megabits(double bitsPerSecond) {
    return String.format(Locale.ROOT, "%.2f Mbit/s", bitsPerSecond / 1e6);
  }

  private static String percent(String format, double part) {
    return String.format(Locale.ROOT, format, part * 100);
  }
}
