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
   * @param clang from C; null if the verifier refused it
   */
  public record Row(String name, Made java, @Nullable Made clang) {}

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
          clang == null ? "-" : "%,d".formatted(clang.instructions()),
          clang == null
              ? "-"
              : Samples.ratio((double) row.java().instructions() / clang.instructions()),
          "%,d".formatted(row.java().processed()),
          clang == null ? "refused" : "%,d".formatted(clang.processed()),
          row.java().nanoseconds().text("%.0f") + " ns",
          clang == null ? "-" : clang.nanoseconds().text("%.0f") + " ns",
          clang == null ? "-" : row.java().nanoseconds().ratioTo(clang.nanoseconds()));
    }
    table.print(output);
    output.line("");
    output.line("compiling the firewall, once warm: " + compileMilliseconds.text("%.1f") + " ms");
  }
}
