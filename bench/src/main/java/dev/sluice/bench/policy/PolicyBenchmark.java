package dev.sluice.bench.policy;

import dev.sluice.bench.Samples;
import dev.sluice.datapath.Datapath;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.rule.Generation;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the policy's program costs a packet with few and with many prefixes blocked, at random
 * addresses of which every other one is in a prefix; beside two lookups alone, in its table and in
 * the kernel's LPM trie. What drawing the addresses and the test run cost is taken off, but for one
 * column. Then single prefixes of the largest list are added and removed while its rules are in
 * force.
 */
public final class PolicyBenchmark {
  private static final List<Integer> SIZES = List.of(10, 1_000, 100_000);
  private static final int CHANGES = 5_000;
  private static final int WARM_UP_ROUNDS = 1;

  private final int rounds;
  private final int runs;
  private final Consumer<String> progress;

  /**
   * A benchmark.
   *
   * @param rounds how often each contestant has its turn
   * @param runs packets a sample
   * @param progress is told what is going on
   */
  public PolicyBenchmark(int rounds, int runs, Consumer<String> progress) {
    this.rounds = rounds;
    this.runs = runs;
    this.progress = progress;
  }

  /** Runs all. */
  public PolicyResult run() {
    try (NetworkNamespace namespace = NetworkNamespace.create("bench");
        Datapath kernel = KernelDatapath.open(namespace)) {
      return new PolicyResult(List.of(family(kernel, false), family(kernel, true)));
    }
  }

  private PolicyResult.Family family(Datapath kernel, boolean six) {
    List<Contestants> sizes = new ArrayList<>();
    try {
      for (int size : SIZES) {
        progress.accept((six ? "IPv6, " : "IPv4, ") + size + " prefixes");
        sizes.add(new Contestants(kernel, six, size));
      }
      Contestants largest = sizes.getLast();
      List<PolicyResult.Part> parts = new ArrayList<>();
      for (Traffic traffic : Traffic.values()) {
        progress.accept(traffic.words());
        parts.add(new PolicyResult.Part(traffic.words(), measure(sizes, traffic)));
      }
      progress.accept("changing single prefixes");
      return new PolicyResult.Family(
          six ? "IPv6" : "IPv4", parts, largest.loadMilliseconds(), changes(largest));
    } finally {
      sizes.forEach(Contestants::close);
    }
  }

  private List<PolicyResult.Row> measure(List<Contestants> sizes, Traffic traffic) {
    List<Map<String, List<Double>>> times = new ArrayList<>();
    sizes.forEach(_ -> times.add(new LinkedHashMap<>()));
    List<String> names = sizes.getFirst().names();
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (int i = 0; i < names.size(); i++) {
        String name = names.get((i + Math.abs(round)) % names.size());
        for (int k = 0; k < sizes.size(); k++) {
          int size = (k + Math.abs(round)) % sizes.size();
          double time = sizes.get(size).run(traffic, name, runs);
          if (round >= 0) {
            times.get(size).computeIfAbsent(name, _ -> new ArrayList<>()).add(time);
          }
        }
      }
    }
    List<PolicyResult.Row> rows = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      Map<String, List<Double>> of = times.get(i);
      double nothing = Samples.of(of.getOrDefault("nothing", List.of())).median();
      rows.add(
          new PolicyResult.Row(
              SIZES.get(i),
              Samples.of(of.getOrDefault("list", List.of())),
              net(of, "list", nothing),
              net(of, "rules", nothing),
              net(of, "table", nothing),
              net(of, "trie", nothing)));
    }
    return rows;
  }

  private static Samples net(Map<String, List<Double>> times, String name, double nothing) {
    return Samples.of(
        times.getOrDefault(name, List.of()).stream().map(time -> time - nothing).toList());
  }

  private static PolicyResult.Changes changes(Contestants largest) {
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    double[] time = new double[CHANGES];
    double[] processor = new double[CHANGES];
    for (int i = 0; i < CHANGES; i++) {
      boolean add = i % 2 == 0;
      Prefix prefix = add ? largest.prefixes().add() : largest.prefixes().remove();
      List<Prefix> added = add ? List.of(prefix) : List.of();
      List<Prefix> removed = add ? List.of() : List.of(prefix);
      long used = thread.getCurrentThreadCpuTime();
      long start = System.nanoTime();
      Generation.Update update =
          largest.oneList().change(Contestants.POLICY, Contestants.LIST, added, removed);
      time[i] = (System.nanoTime() - start) / 1e6;
      processor[i] = (thread.getCurrentThreadCpuTime() - used) / 1e6;
      if (update != Generation.Update.WRITTEN) {
        throw new IllegalStateException("change " + i + " was not written");
      }
    }
    return new PolicyResult.Changes(CHANGES, spread(time), spread(processor));
  }

  private static PolicyResult.Spread spread(double[] milliseconds) {
    double mean = Arrays.stream(milliseconds).average().orElseThrow();
    Arrays.sort(milliseconds);
    return new PolicyResult.Spread(
        mean, milliseconds[milliseconds.length * 99 / 100], milliseconds[milliseconds.length - 1]);
  }
}
