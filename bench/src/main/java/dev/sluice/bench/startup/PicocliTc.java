package dev.sluice.bench.startup;

import dev.sluice.cli.tc.TcCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code tc qdisc show} as it would start with picocli in front: the comparison for {@code sluice
 * tc}, which is dispatched before picocli loads. Behind the parser it is the same code.
 */
@Command(name = "tc", subcommands = PicocliTc.QdiscCommand.class)
public final class PicocliTc {
  private PicocliTc() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new PicocliTc()).execute(args));
  }

  /** {@code tc qdisc}. */
  @Command(name = "qdisc", subcommands = ShowCommand.class)
  static final class QdiscCommand {}

  /** {@code tc qdisc show}. */
  @Command(name = "show", aliases = "list")
  static final class ShowCommand implements Callable<Integer> {
    @Option(names = "-s", description = "Counters too.")
    boolean statistics;

    @Option(names = "-j", description = "As JSON.")
    boolean json;

    @Parameters(arity = "0..1", index = "0", paramLabel = "dev")
    @Nullable String keyword;

    @Parameters(arity = "0..1", index = "1", paramLabel = "DEVICE")
    @Nullable String device;

    @Override
    public Integer call() {
      List<String> line = new ArrayList<>();
      if (statistics) {
        line.add("-s");
      }
      if (json) {
        line.add("-j");
      }
      line.addAll(List.of("qdisc", "show"));
      if (keyword != null && device != null) {
        line.addAll(List.of(keyword, device));
      }
      return TcCommand.run(line.toArray(String[]::new), System.out, System.err);
    }
  }
}
