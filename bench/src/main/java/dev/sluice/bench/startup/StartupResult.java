package dev.sluice.bench.startup;

import dev.sluice.bench.Result;
import dev.sluice.bench.Samples;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import java.util.List;
import java.util.Locale;

/**
 * How long a short command took.
 *
 * @param command the command behind {@code tc}
 * @param contestants who ran it; the first is what the others are compared with
 * @param milliseconds how long it took, in the order of the contestants
 */
public record StartupResult(String command, List<String> contestants, List<Samples> milliseconds)
    implements Result {
  /** Copies the lists. */
  public StartupResult {
    contestants = List.copyOf(contestants);
    milliseconds = List.copyOf(milliseconds);
  }

  @Override
  public void print(Output output) {
    Table table = new Table(command.toUpperCase(Locale.ROOT), ">TIME", ">RATIO");
    for (int i = 0; i < contestants.size(); i++) {
      Samples samples = milliseconds.get(i);
      table.row(
          contestants.get(i),
          samples.text("%.0f") + " ms",
          samples.ratioTo(milliseconds.getFirst()));
    }
    table.print(output);
  }
}
