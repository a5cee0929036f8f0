package dev.sluice.bench.chain;

import dev.sluice.bench.Line;
import dev.sluice.bench.Result;
import dev.sluice.bench.Samples;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a packet costs, by the number of programs it runs through.
 *
 * @param packetsPerSample how many packets each measurement took
 * @param contestants the ways to run several programs; the first is what the others are compared
 *     with
 */
public record ChainResult(int packetsPerSample, List<Contestant> contestants) implements Result {
  /** Copies the list. */
  public ChainResult {
    contestants = List.copyOf(contestants);
  }

  /**
   * One way.
   *
   * @param name what it is
   * @param nanoseconds a packet's nanoseconds by the number of programs
   * @param line the line through the medians: its slope is what one more program costs
   */
  public record Contestant(String name, Map<Integer, Samples> nanoseconds, Line line) {
    /** Copies the table. */
    public Contestant {
      nanoseconds = Collections.unmodifiableMap(new TreeMap<>(nanoseconds));
    }
  }

  @Override
  public void print(Output output) {
    List<String> headings = new ArrayList<>(List.of(">PROGRAMS"));
    contestants.forEach(contestant -> headings.add(">" + contestant.name()));
    contestants.stream().skip(1).forEach(_ -> headings.add(">RATIO"));
    Table table = new Table(headings.toArray(String[]::new));
    for (int length : contestants.getFirst().nanoseconds().keySet()) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(length)));
      for (Contestant contestant : contestants) {
        row.add(at(contestant, length).text("%.0f") + " ns");
      }
      Samples first = at(contestants.getFirst(), length);
      contestants.stream()
          .skip(1)
          .forEach(contestant -> row.add(at(contestant, length).ratioTo(first)));
      table.row(row.toArray(String[]::new));
    }
    List<String> slope = new ArrayList<>(List.of("one more"));
    contestants.forEach(contestant -> slope.add("%.1f ns".formatted(contestant.line().slope())));
    double first = contestants.getFirst().line().slope();
    contestants.stream()
        .skip(1)
        .forEach(contestant -> slope.add(Samples.ratio(contestant.line().slope() / first)));
    table.row(slope.toArray(String[]::new));
    table.print(output);
  }

  private static Samples at(Contestant contestant, int length) {
    Samples samples = contestant.nanoseconds().get(length);
    if (samples == null) {
      throw new IllegalStateException(contestant.name() + " was not measured with " + length);
    }
    return samples;
  }
}
