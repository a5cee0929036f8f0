package dev.sluice.bench;

import dev.sluice.bench.batch.BatchBenchmark;
import dev.sluice.bench.chain.ChainBenchmark;
import dev.sluice.bench.engine.EngineBenchmark;
import dev.sluice.bench.java.JavaBenchmark;
import dev.sluice.bench.map.MapBenchmark;
import dev.sluice.bench.policy.PolicyBenchmark;
import dev.sluice.bench.startup.StartupBenchmark;
import dev.sluice.bench.vm.VmBenchmark;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.OutputFormat;
import dev.sluice.cli.output.Paint;
import dev.sluice.datapath.SluiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The benchmarks' command: {@code bench/run chain|tc|startup|map|vm|engine|java|policy}. */
@Command(
    name = "bench",
    description = "Compares Sluice and the kernel's hooks, side by side in one run.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Bench implements Runnable {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      scope = CommandLine.ScopeType.INHERIT,
      description = "table, json or yaml.")
  OutputFormat format = OutputFormat.TABLE;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      scope = CommandLine.ScopeType.INHERIT,
      description = "How often each contestant has its turn.")
  @Nullable Integer rounds;

  /** As it is before a benchmark adds to the load. */
  private final Machine machine = Machine.current();

  private Bench() {}

  /** Runs one benchmark and exits: 0 if it ran. */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, _, _) -> {
          if (failure instanceof SluiceException || failure instanceof IllegalStateException) {
            System.err.println("bench: " + failure.getMessage());
            return 1;
          }
          throw failure;
        });
    System.exit(line.execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  @Command(description = "What one more program costs a packet: TCX and classic filters.")
  int chain(
      @Option(names = "--packets", defaultValue = "200000", description = "Packets a sample.")
          int packets) {
    return finish(new ChainBenchmark(rounds(7), packets, Bench::progress).run());
  }

  @Command(description = "1,000 and 10,000 classes and filters from a batch file.")
  int tc() throws IOException {
    return finish(new BatchBenchmark(contestants(), rounds(3), Bench::progress).run());
  }

  @Command(description = "How long 'tc qdisc show' takes from start to end.")
  int startup() {
    List<Contestant> all = new ArrayList<>(contestants());
    all.add(StartupBenchmark.plainPicocli());
    return finish(new StartupBenchmark(all, rounds(15), Bench::progress).run());
  }

  @Command(description = "What an entry of a map costs from Java (JMH, in its own output).")
  int map() throws RunnerException {
    new Runner(new OptionsBuilder().include(MapBenchmark.class.getName()).build()).run();
    return 0;
  }

  @Command(description = "What a program costs in the kernel and in the engine.")
  int vm(
      @Option(names = "--runs", defaultValue = "500000", description = "Runs a sample.") int runs) {
    return finish(new VmBenchmark(rounds(9), runs, Bench::progress).run());
  }

  @Command(description = "What a packet costs on its whole way through the engine.")
  int engine(
      @Option(names = "--packets", defaultValue = "1000000", description = "Packets a sample.")
          long packets,
      @Option(names = "--replay", defaultValue = "10000000", description = "Packets to replay.")
          long replayed)
      throws IOException {
    return finish(new EngineBenchmark(rounds(5), packets, replayed, Bench::progress).run());
  }

  @Command(description = "What programs in Java become, beside what clang makes of C.")
  int java(
      @Option(names = "--runs", defaultValue = "500000", description = "Runs a sample.") int runs) {
    return finish(new JavaBenchmark(rounds(9), runs, Bench::progress).run());
  }

  @Command(description = "What a packet costs with 10 to 100,000 rules, and a change of one.")
  int policy(
      @Option(names = "--runs", defaultValue = "200000", description = "Packets a sample.")
          int runs) {
    return finish(new PolicyBenchmark(rounds(9), runs, Bench::progress).run());
  }

  private int rounds(int usual) {
    return rounds == null ? usual : rounds;
  }

  private static List<Contestant> contestants() {
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(Contestant.sluice(Path.of(System.getProperty("sluice.root", "."))));
    Contestant.iproute2()
        .ifPresentOrElse(contestants::add, () -> progress("no tc on the PATH: left out"));
    return contestants;
  }

  private static void progress(String text) {
    System.err.println("bench: " + text);
  }

  private int finish(Result result) {
    Output output = new Output(System.out, format, Paint.automatic());
    output.print(
        new Report(machine, result),
        text -> {
          result.print(text);
          text.line("");
          text.line(machine.toString());
        });
    return 0;
  }

  /**
   * A result and where it comes from.
   *
   * @param machine the machine
   * @param result the result
   */
  record Report(Machine machine, Result result) {}
}
