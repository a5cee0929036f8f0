package dev.sluice.bench.vm;

import dev.sluice.bench.Samples;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.vm.ExecutionMode;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The same programs by test run, again and again, in the kernel and in the engine. */
public final class VmBenchmark {
  private static final int WARM_UP_ROUNDS = 3;

  private final int rounds;
  private final int runs;
  private final Consumer<String> progress;

  /**
   * A benchmark.
   *
   * @param rounds how often each has its turn
   * @param runs how often the shortest program is run in a turn
   * @param progress is told what is going on
   */
  public VmBenchmark(int rounds, int runs, Consumer<String> progress) {
    this.rounds = rounds;
    this.runs = runs;
    this.progress = progress;
  }

  /** Runs all. */
  public VmResult run() {
    try (NetworkNamespace namespace = NetworkNamespace.create("bench");
        Datapath kernel = KernelDatapath.open(namespace)) {
      List<Datapath> places =
          List.of(kernel, engine(ExecutionMode.COMPILED), engine(ExecutionMode.INTERPRETED));
      List<VmResult.Row> rows = new ArrayList<>();
      for (Workload workload : Workload.values()) {
        progress.accept(workload.title());
        rows.add(measure(workload, places));
      }
      return new VmResult(rows);
    }
  }

  private static Datapath engine(ExecutionMode mode) {
    return EngineDatapath.open(new Network(1).addHost("bench"), mode);
  }

  private VmResult.Row measure(Workload workload, List<Datapath> places) {
    List<List<Double>> times = new ArrayList<>();
    List<Contestant> contestants = new ArrayList<>();
    try {
      for (Datapath place : places) {
        contestants.add(new Contestant(place, workload));
        times.add(new ArrayList<>());
      }
      TestRun run = TestRun.of(Workload.packet()).repeated(Math.max(1, runs / workload.weight()));
      int verdict = contestants.getFirst().program().testRun(run).verdict();
      List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
      for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
        for (int index : order) {
          TestRun.Result result = contestants.get(index).program().testRun(run);
          if (result.verdict() != verdict) {
            throw new IllegalStateException(
                "%s: %d, and %d in the kernel"
                    .formatted(workload.title(), result.verdict(), verdict));
          }
          if (round >= 0) {
            times.get(index).add((double) result.nanoseconds());
          }
        }
        Collections.rotate(order, 1);
      }
    } finally {
      contestants.forEach(Contestant::close);
    }
    return new VmResult.Row(
        workload.title(),
        Samples.of(times.get(0)),
        Samples.of(times.get(1)),
        Samples.of(times.get(2)));
  }

  /** A workload's program and its map. */
  private record Contestant(BpfMap flows, Program program) {
    Contestant(Datapath place, Workload workload) {
      this(place.maps().create(Workload.FLOWS), place, workload);
    }

    private Contestant(BpfMap flows, Datapath place, Workload workload) {
      this(
          flows,
          place
              .programs()
              .load(
                  ProgramSpec.of("bench", ProgramType.SCHED_CLS, "GPL", workload.code()),
                  Map.of(Workload.FLOWS.name(), flows)));
      flows.update(Workload.sender(), new byte[8]);
    }

    void close() {
      program.close();
      flows.close();
    }
  }
}
