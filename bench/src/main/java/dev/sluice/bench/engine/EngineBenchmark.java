package dev.sluice.bench.engine;

import com.sun.management.ThreadMXBean;
import dev.sluice.bench.Samples;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.ReplaySource;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.packet.capture.CaptureReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** The whole path of a packet through the engine, on one thread. */
public final class EngineBenchmark {
  private static final int[] CLASSES = {10, 100, 1_000, 10_000};
  private static final int WARM_UP_ROUNDS = 3;
  private static final int STEPS = 10;
  private static final double MEGABYTE = 1 << 20;

  private final int rounds;
  private final long packets;
  private final long replayed;
  private final Consumer<String> progress;

  /**
   * A benchmark.
   *
   * @param rounds how often each has its turn
   * @param packets how many are sent in a turn
   * @param replayed how many the capture has
   * @param progress is told what is going on
   */
  public EngineBenchmark(int rounds, long packets, long replayed, Consumer<String> progress) {
    this.rounds = rounds;
    this.packets = packets;
    this.replayed = replayed;
    this.progress = progress;
  }

  /** Runs all. */
  public EngineResult run() throws IOException {
    return new EngineResult(paths(), replay());
  }

  private List<EngineResult.Path> paths() {
    List<WholePath> paths = new ArrayList<>();
    List<List<Double>> times = new ArrayList<>();
    List<List<Double>> allocations = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (int classes : CLASSES) {
      progress.accept(classes + " classes");
      order.add(paths.size());
      paths.add(new WholePath(classes));
      times.add(new ArrayList<>());
      allocations.add(new ArrayList<>());
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      progress.accept("round " + round);
      for (int index : order) {
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        paths.get(index).run(packets);
        long time = System.nanoTime() - start;
        if (round >= 0) {
          times.get(index).add((double) time / packets);
          bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
          allocations.get(index).add((double) bytes / packets);
        }
      }
      Collections.rotate(order, 1);
    }
    List<EngineResult.Path> results = new ArrayList<>();
    for (int i = 0; i < CLASSES.length; i++) {
      requireArrivals(paths.get(i));
      results.add(
          new EngineResult.Path(
              CLASSES[i], Samples.of(times.get(i)), Samples.of(allocations.get(i)).median()));
    }
    return results;
  }

  private static void requireArrivals(WholePath path) {
    long missing = path.sent() - path.received();
    if (missing > path.sent() / 100) {
      throw new IllegalStateException(
          "%d of %d packets did not arrive".formatted(missing, path.sent()));
    }
  }

  private EngineResult.Replay replay() throws IOException {
    Network network = new Network(1);
    Host sender = network.addHost("sender");
    Host receiver = network.addHost("receiver");
    network.connect(sender, "eth0", receiver, "eth0", WireSpec.VETH);
    long[] received = new long[1];
    receiver.addReceiver(
        (_, _, _) -> {
          received[0]++;
          return true;
        });
    List<Double> heap = new ArrayList<>();
    long time = 0;
    try (CaptureReader reader =
        CaptureReader.open("generated", new GeneratedCapture(new byte[64], replayed))) {
      ReplaySource source =
          new ReplaySource(
              Objects.requireNonNull(sender.find("eth0")), reader, 1, 1 << 20, _ -> 0, () -> {});
      source.start(0);
      for (int step = 1; step <= STEPS; step++) {
        progress.accept("replay, %d of %d".formatted(step, STEPS));
        long start = System.nanoTime();
        network.runUntil(replayed * step / STEPS * 1_000);
        time += System.nanoTime() - start;
        heap.add(heapInUse());
      }
    }
    return new EngineResult.Replay(replayed, received[0], (double) time / replayed, heap);
  }

  private static double heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGABYTE;
  }
}
