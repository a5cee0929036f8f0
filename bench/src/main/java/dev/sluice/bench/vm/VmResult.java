package dev.sluice.bench.vm;

import dev.sluice.bench.Result;
import dev.sluice.bench.Samples;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import java.util.List;

/**
 * What programs cost, in nanoseconds a run.
 *
 * @param rows by workload
 */
public record VmResult(List<Row> rows) implements Result {
  /** Keeps a copy. */
  public VmResult {
    rows = List.copyOf(rows);
  }

  /**
   * What a workload costs.
   *
   * @param workload what it does
   * @param kernel in the kernel, compiled by it
   * @param compiled in the engine, compiled
   * @param interpreted in the engine, interpreted
   */
  public record Row(String workload, Samples kernel, Samples compiled, Samples interpreted) {}

  @Override
  public void print(Output output) {
    Table table =
        new Table("PROGRAM", ">KERNEL", ">ENGINE", ">RATIO", ">INTERPRETED", ">RATIO TO COMPILED");
    for (Row row : rows) {
      table.row(
          row.workload(),
          row.kernel().text("%.0f") + " ns",
          row.compiled().text("%.0f") + " ns",
          row.compiled().ratioTo(row.kernel()),
          row.interpreted().text("%.0f") + " ns",
          row.interpreted().ratioTo(row.compiled()));
    }
    table.print(output);
  }
}
