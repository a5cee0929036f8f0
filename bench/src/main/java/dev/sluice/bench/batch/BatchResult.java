package dev.sluice.bench.batch;

import dev.sluice.bench.Result;
import dev.sluice.bench.Samples;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * How long batch files took.
 *
 * @param contestants the commands; the first is what the others are compared with
 * @param cases the files
 */
public record BatchResult(List<String> contestants, List<Case> cases) implements Result {
  /** Copies the lists. */
  public BatchResult {
    contestants = List.copyOf(contestants);
    cases = List.copyOf(cases);
  }

  /**
   * One file.
   *
   * @param title what is in it
   * @param seconds how long it took, in the order of the contestants
   */
  public record Case(String title, List<Samples> seconds) {
    /** Copies the list. */
    public Case {
      seconds = List.copyOf(seconds);
    }
  }

  @Override
  public void print(Output output) {
    List<String> headings = new ArrayList<>(List.of("CLASSES AND FILTERS"));
    contestants.forEach(name -> headings.add(">" + name));
    contestants.stream().skip(1).forEach(_ -> headings.add(">RATIO"));
    Table table = new Table(headings.toArray(String[]::new));
    for (Case measured : cases) {
      List<String> row = new ArrayList<>(List.of(measured.title()));
      measured.seconds().forEach(samples -> row.add(samples.text("%.2f") + " s"));
      Samples first = measured.seconds().getFirst();
      measured.seconds().stream().skip(1).forEach(samples -> row.add(samples.ratioTo(first)));
      table.row(row.toArray(String[]::new));
    }
    table.print(output);
  }
}
