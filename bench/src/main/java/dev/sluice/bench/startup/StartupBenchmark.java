package dev.sluice.bench.startup;

import dev.sluice.bench.Contestant;
import dev.sluice.bench.Samples;
import dev.sluice.bench.TimedProcess;
import dev.sluice.kernel.NetworkNamespace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** How long a short command takes, as whole processes in one namespace, taking turns. */
public final class StartupBenchmark {
  private static final String[] COMMAND = {"qdisc", "show"};

  private final List<Contestant> contestants;
  private final int rounds;
  private final Consumer<String> progress;

  /**
   * A benchmark.
   *
   * @param contestants the commands; the first is what the others are compared with
   * @param rounds how often each is started
   * @param progress hears what is being done
   */
  public StartupBenchmark(List<Contestant> contestants, int rounds, Consumer<String> progress) {
    this.contestants = List.copyOf(contestants);
    this.rounds = rounds;
    this.progress = progress;
  }

  /** The same command through picocli, on a JVM without options or caches of ours. */
  public static Contestant plainPicocli() {
    return new Contestant(
        "plain picocli",
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            PicocliTc.class.getName()));
  }

  /** Runs it. */
  public StartupResult run() {
    List<List<Double>> milliseconds = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < contestants.size(); i++) {
      milliseconds.add(new ArrayList<>());
      order.add(i);
    }
    try (NetworkNamespace namespace = NetworkNamespace.create("bench")) {
      // Once each before anything counts, so that the files are in memory.
      contestants.forEach(contestant -> TimedProcess.run(namespace, contestant.with(COMMAND)));
      for (int round = 0; round < rounds; round++) {
        progress.accept("round " + (round + 1) + " of " + rounds);
        for (int i : order) {
          double seconds = TimedProcess.run(namespace, contestants.get(i).with(COMMAND));
          milliseconds.get(i).add(seconds * 1000);
        }
        Collections.rotate(order, 1);
      }
    }
    return new StartupResult(
        String.join(" ", COMMAND),
        contestants.stream().map(Contestant::name).toList(),
        milliseconds.stream().map(Samples::of).toList());
  }
}
