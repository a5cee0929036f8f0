package dev.sluice.bench.policy;

import dev.sluice.bench.Result;
import dev.sluice.bench.Samples;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import java.util.List;

/**
 * What rules cost.
 *
 * @param families IPv4 and IPv6
 */
public record PolicyResult(List<Family> families) implements Result {
  /** Keeps a copy. */
  public PolicyResult {
    families = List.copyOf(families);
  }

  /**
   * With prefixes of one family.
   *
   * @param name the family
   * @param parts by traffic
   * @param loadMilliseconds how long the most took, as one list, to compile and to load
   * @param changes of that list
   */
  public record Family(String name, List<Part> parts, double loadMilliseconds, Changes changes) {
    /** Keeps a copy. */
    public Family {
      parts = List.copyOf(parts);
    }
  }

  /**
   * With packets between some hosts.
   *
   * @param traffic which
   * @param rows by the number of prefixes
   */
  public record Part(String traffic, List<Row> rows) {
    /** Keeps a copy. */
    public Part {
      rows = List.copyOf(rows);
    }
  }

  /**
   * Nanoseconds a packet.
   *
   * @param prefixes how many are blocked
   * @param whole what a test run of the program with the list costs in all
   * @param list the whole program, with one rule that names a list of them
   * @param rules the whole program, with a rule for each
   * @param table two lookups in the program's table
   * @param trie two lookups in the kernel's LPM trie
   */
  public record Row(
      int prefixes, Samples whole, Samples list, Samples rules, Samples table, Samples trie) {}

  /**
   * How long changes of single prefixes took.
   *
   * @param count how many there were
   * @param time on the clock
   * @param processor on the processor: without waiting for other work on this machine
   */
  public record Changes(int count, Spread time, Spread processor) {}

  /**
   * Milliseconds.
   *
   * @param mean on average
   * @param percentile99 what all but one of a hundred stay below
   * @param worst the longest
   */
  public record Spread(double mean, double percentile99, double worst) {
    @Override
    public String toString() {
      return "mean %.3f ms, 99th percentile %.3f, worst %.2f".formatted(mean, percentile99, worst);
    }
  }

  @Override
  public void print(Output output) {
    for (Family family : families) {
      for (Part part : family.parts()) {
        output.line(family.name() + ", " + part.traffic());
        print(part.rows(), output);
        output.line("");
      }
      Changes changes = family.changes();
      output.line(
          "%,d prefixes as one list, compiled and loaded: %.0f ms"
              .formatted(
                  family.parts().getFirst().rows().getLast().prefixes(),
                  family.loadMilliseconds()));
      output.line(
          "one of them added or removed, %,d times: %s".formatted(changes.count(), changes.time()));
      output.line("  without waiting for a processor: " + changes.processor());
      output.line("");
    }
  }

  private static void print(List<Row> rows, Output output) {
    Table table =
        new Table(
            "PREFIXES",
            ">TEST RUN IN ALL",
            ">RATIO",
            ">ONE LIST",
            ">RATIO",
            ">A RULE EACH",
            ">RATIO",
            ">TWO LOOKUPS",
            ">RATIO",
            ">LPM TRIE",
            ">RATIO");
    Row first = rows.getFirst();
    for (Row row : rows) {
      table.row(
          "%,d".formatted(row.prefixes()),
          row.whole().text("%.0f") + " ns",
          row.whole().ratioTo(first.whole()),
          row.list().text("%.0f") + " ns",
          row.list().ratioTo(first.list()),
          row.rules().text("%.0f") + " ns",
          row.rules().ratioTo(first.rules()),
          row.table().text("%.0f") + " ns",
          row.table().ratioTo(first.table()),
          row.trie().text("%.0f") + " ns",
          row.trie().ratioTo(first.trie()));
    }
    table.print(output);
  }
}
