package dev.sluice.bench.java;

import dev.sluice.bench.Result;
import dev.sluice.bench.Samples;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two compilers made.
 *
 * @param rows by program
 * @param compileMilliseconds how long the firewall took to compile, once warm
 */
public record JavaResult(List<Row> rows, Samples compileMilliseconds) implements Result {
  /** Keeps a copy. */
  public JavaResult {
    rows = List.copyOf(rows);
  }

  /**
   * What was made of one program.
   *
   * @param instructions slots of 8 bytes
   * @param processed instructions that the verifier looked at
   * @param nanoseconds a run
   */
  public record Made(int instructions, int processed, Samples nanoseconds) {}

  /**
   * A program.
   *
   * @param name what it does
   * @param java from Java
   * @param clangInstructions how many slots clang made of it
   * @param clang from C; null if the verifier refused it
   * @param refusal why it did, in its own words; null if it did not
   */
  public record Row(
      String name,
      Made java,
      int clangInstructions,
      @Nullable Made clang,
      @Nullable String refusal) {}

  @Override
  public void print(Output output) {
    Table table =
        new Table(
            "PROGRAM",
            ">JAVA",
            ">CLANG",
            ">RATIO",
            ">PROCESSED JAVA",
            ">CLANG",
            ">A RUN, JAVA",
            ">CLANG",
            ">RATIO");
    for (Row row : rows) {
      Made clang = row.clang();
      table.row(
          row.name(),
          "%,d".formatted(row.java().instructions()),
          "%,d".formatted(row.clangInstructions()),
          Samples.ratio((double) row.java().instructions() / row.clangInstructions()),
          "%,d".formatted(row.java().processed()),
          clang == null ? "refused" : "%,d".formatted(clang.processed()),
          row.java().nanoseconds().text("%.0f") + " ns",
          clang == null ? "-" : clang.nanoseconds().text("%.0f") + " ns",
          clang == null ? "-" : row.java().nanoseconds().ratioTo(clang.nanoseconds()));
    }
    table.print(output);
    output.line("");
    for (Row row : rows) {
      if (row.refusal() != null) {
        output.line(row.name() + ", clang: " + row.refusal());
      }
    }
    output.line("compiling the firewall, once warm: " + compileMilliseconds.text("%.1f") + " ms");
  }
}
