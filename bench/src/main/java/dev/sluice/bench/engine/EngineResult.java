package dev.sluice.bench.engine;

import dev.sluice.bench.Result;
import dev.sluice.bench.Samples;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the whole path costs.
 *
 * @param paths by number of classes
 * @param replay a long capture
 */
public record EngineResult(List<Path> paths, Replay replay) implements Result {
  /** Keeps a copy. */
  public EngineResult {
    paths = List.copyOf(paths);
  }

  /**
   * A packet's cost with so many classes.
   *
   * @param classes leaf classes of the HTB tree
   * @param nanoseconds for each packet
   * @param allocated bytes that were allocated for each packet
   */
  public record Path(int classes, Samples nanoseconds, double allocated) {}

  /**
   * A replay.
   *
   * @param packets in the capture
   * @param received that arrived
   * @param nanoseconds for each packet
   * @param heap megabytes that were in use after a collection, at each tenth of the way
   */
  public record Replay(long packets, long received, double nanoseconds, List<Double> heap) {
    /** Keeps a copy. */
    public Replay {
      heap = List.copyOf(heap);
    }
  }

  @Override
  public void print(Output output) {
    Table table =
        new Table(">CLASSES", ">A PACKET", ">RATIO", ">MILLION PACKETS/S", ">ALLOCATED/PACKET");
    for (Path path : paths) {
      table.row(
          "%,d".formatted(path.classes()),
          path.nanoseconds().text("%.0f") + " ns",
          path.nanoseconds().ratioTo(paths.getFirst().nanoseconds()),
          "%.2f".formatted(1000 / path.nanoseconds().median()),
          "%.3f bytes".formatted(path.allocated()));
    }
    table.print(output);
    output.line("");
    output.line(
        "replay of %,d packets: %,d arrived, %.0f ns each; heap in use, MB: %s"
            .formatted(
                replay.packets(),
                replay.received(),
                replay.nanoseconds(),
                replay.heap().stream().map("%.1f"::formatted).collect(Collectors.joining(" "))));
  }
}
