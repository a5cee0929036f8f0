package dev.sluice.bench.chain;

import dev.sluice.bench.Line;
import dev.sluice.bench.Samples;
import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What each further program costs a packet: a TCX chain beside chains of classic filters.
 *
 * <p>All contestants run the same programs. Each says "go on" and nothing else, and the last one
 * drops the packet, so that what is behind the hook costs none of them anything. The contestants
 * take turns for every length, in an order that turns round from round to round.
 */
public final class ChainBenchmark {
  private static final List<Integer> LENGTHS = List.of(1, 2, 4, 8, 16, 24, 32, 48, 63);
  private static final int LONGEST = 63;
  private static final int CHECKED_PACKETS = 640;

  private final int rounds;
  private final int packets;
  private final Consumer<String> progress;

  /**
   * A benchmark.
   *
   * @param rounds how often each length is measured with each contestant
   * @param packets how many packets a measurement takes
   * @param progress hears what is being done
   */
  public ChainBenchmark(int rounds, int packets, Consumer<String> progress) {
    this.rounds = rounds;
    this.packets = packets;
    this.progress = progress;
  }

  /** Runs it in a network namespace of its own. */
  public ChainResult run() {
    try (NetworkNamespace namespace = NetworkNamespace.create("bench");
        Datapath datapath = KernelDatapath.open(namespace);
        Programs programs = new Programs(datapath);
        Packets injector = new Packets(datapath)) {
      Device loopback = datapath.device("lo");
      for (Hook hook : Hook.values()) {
        check(datapath, loopback, programs, injector, hook);
      }
      Map<Hook, Map<Integer, List<Double>>> nanoseconds = new EnumMap<>(Hook.class);
      for (int round = 0; round < rounds; round++) {
        progress.accept("round " + (round + 1) + " of " + rounds);
        List<Hook> order = new ArrayList<>(List.of(Hook.values()));
        Collections.rotate(order, round);
        for (int length : LENGTHS) {
          for (Hook hook : order) {
            nanoseconds
                .computeIfAbsent(hook, _ -> new TreeMap<>())
                .computeIfAbsent(length, _ -> new ArrayList<>())
                .add(measure(datapath, loopback, programs.chain(length), injector, hook));
          }
        }
      }
      return new ChainResult(
          packets,
          nanoseconds.entrySet().stream()
              .map(entry -> summary(entry.getKey(), entry.getValue()))
              .toList());
    }
  }

  private double measure(
      Datapath datapath, Device device, List<Program> chain, Packets injector, Hook hook) {
    try (Hook.Installed _ = hook.install(datapath, device, chain)) {
      injector.send(packets / 10);
      return injector.send(packets);
    }
  }

  /** Every program must have seen every packet, or what is measured is something else. */
  private static void check(
      Datapath datapath, Device device, Programs programs, Packets injector, Hook hook) {
    List<Program> chain = programs.chain(LONGEST);
    AutoCloseable statistics = datapath.programs().enableStatistics();
    try (statistics;
        Hook.Installed _ = hook.install(datapath, device, chain)) {
      List<Long> before = chain.stream().map(program -> program.info().runCount()).toList();
      injector.send(CHECKED_PACKETS);
      for (int i = 0; i < chain.size(); i++) {
        long runs = chain.get(i).info().runCount() - before.get(i);
        if (runs != CHECKED_PACKETS) {
          throw new IllegalStateException(
              "%s: program %d of %d saw %d packets of %d"
                  .formatted(hook.title(), i + 1, chain.size(), runs, CHECKED_PACKETS));
        }
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("cannot switch run counters off", e);
    }
  }

  private static ChainResult.Contestant summary(Hook hook, Map<Integer, List<Double>> measured) {
    Map<Integer, Samples> samples = new TreeMap<>();
    Map<Integer, Double> medians = new TreeMap<>();
    measured.forEach(
        (length, values) -> {
          Samples summed = Samples.of(values);
          samples.put(length, summed);
          medians.put(length, summed.median());
        });
    return new ChainResult.Contestant(hook.title(), samples, Line.through(medians));
  }

  /** Enough programs for the longest chain: all but one go on, and one drops. */
  private static final class Programs implements AutoCloseable {
    private final List<Program> goOn = new ArrayList<>();
    private final Program drop;

    Programs(Datapath datapath) {
      for (int i = 0; i < LONGEST - 1; i++) {
        goOn.add(load(datapath, "bench_next_" + i, Verdict.NEXT));
      }
      drop = load(datapath, "bench_drop", Verdict.DROP);
    }

    private static Program load(Datapath datapath, String name, Verdict verdict) {
      Code code = Code.of(Arithmetic.move(Register.R0, verdict.number()), new Jump.Exit());
      return datapath
          .programs()
          .load(ProgramSpec.of(name, ProgramType.SCHED_CLS, "GPL", code), Map.of());
    }

    List<Program> chain(int length) {
      List<Program> chain = new ArrayList<>(goOn.subList(0, length - 1));
      chain.add(drop);
      return chain;
    }

    @Override
    public void close() {
      goOn.forEach(Program::close);
      drop.close();
    }
  }
}
