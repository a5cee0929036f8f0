package dev.sluice.bench.batch;

import dev.sluice.bench.Contestant;
import dev.sluice.bench.Samples;
import dev.sluice.bench.TimedProcess;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Handle;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Many classes and filters from one batch file: whole processes, each in a fresh network namespace,
 * taking turns.
 */
public final class BatchBenchmark {
  private static final String DEVICE = "lo";

  private final List<Contestant> contestants;
  private final int rounds;
  private final Consumer<String> progress;

  /**
   * A benchmark.
   *
   * @param contestants the commands; the first is what the others are compared with
   * @param rounds how often each file is loaded by each of them
   * @param progress hears what is being done
   */
  public BatchBenchmark(List<Contestant> contestants, int rounds, Consumer<String> progress) {
    this.contestants = List.copyOf(contestants);
    this.rounds = rounds;
    this.progress = progress;
  }

  /** Runs it. */
  public BatchResult run() throws IOException {
    List<BatchResult.Case> cases = new ArrayList<>();
    for (BatchFile batch :
        List.of(
            BatchFile.flat(1_000),
            BatchFile.nested(1_000),
            BatchFile.flat(10_000),
            BatchFile.nested(10_000))) {
      cases.add(measure(batch));
    }
    return new BatchResult(contestants.stream().map(Contestant::name).toList(), cases);
  }

  private BatchResult.Case measure(BatchFile batch) throws IOException {
    Path file = Files.createTempFile("sluice-bench", ".tc");
    try {
      Files.write(file, batch.lines(DEVICE));
      List<List<Double>> seconds = new ArrayList<>();
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < contestants.size(); i++) {
        seconds.add(new ArrayList<>());
        order.add(i);
      }
      for (int round = 0; round < rounds; round++) {
        progress.accept(batch.title() + ", round " + (round + 1) + " of " + rounds);
        for (int i : order) {
          seconds.get(i).add(load(contestants.get(i), batch, file));
        }
        Collections.rotate(order, 1);
      }
      return new BatchResult.Case(batch.title(), seconds.stream().map(Samples::of).toList());
    } finally {
      Files.delete(file);
    }
  }

  private static double load(Contestant contestant, BatchFile batch, Path file) {
    try (NetworkNamespace namespace = NetworkNamespace.create("bench");
        Datapath datapath = KernelDatapath.open(namespace)) {
      double seconds = TimedProcess.run(namespace, contestant.with("-b", file.toString()));
      AtomicInteger classes = new AtomicInteger();
      datapath
          .trafficControl()
          .classes(datapath.device(DEVICE), Handle.UNSPECIFIED, _ -> classes.incrementAndGet());
      if (classes.get() != batch.allClasses()) {
        throw new IllegalStateException(
            "%s left %d classes behind, not %d"
                .formatted(contestant.name(), classes.get(), batch.allClasses()));
      }
      return seconds;
    }
  }
}
