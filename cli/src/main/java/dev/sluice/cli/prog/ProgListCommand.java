package dev.sluice.cli.prog;

import dev.sluice.bpf.ProgramType;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.ProgramInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice prog list}. */
@Command(
    name = "list",
    description = "List the programs that are loaded.",
    mixinStandardHelpOptions = true)
public final class ProgListCommand implements Callable<Integer> {
  private final Session session;

  @Option(names = "--type", paramLabel = "TYPE", description = "Only this type: sched_cls, xdp, …")
  private @Nullable String type;

  /** The command for one session. */
  public ProgListCommand(Session session) {
    this.session = session;
  }

  /**
   * A program.
   *
   * @param id its number
   * @param type its type
   * @param name its name
   * @param tag its tag
   * @param instructions how many instructions the kernel runs
   * @param processed how many the verifier looked at
   * @param gplCompatible whether it may call helpers that are for GPL programs only
   * @param userId the user who loaded it
   * @param loadedNanoseconds when it was loaded, in nanoseconds since boot
   * @param maps the numbers of its maps
   * @param runCount how often it ran, where that was counted
   * @param runNanoseconds how long it ran, where that was counted
   * @param holders who keeps it; null if that was not asked for
   */
  record Listed(
      int id,
      String type,
      String name,
      String tag,
      int instructions,
      int processed,
      boolean gplCompatible,
      int userId,
      long loadedNanoseconds,
      List<Integer> maps,
      long runCount,
      long runNanoseconds,
      @Nullable String holders) {}

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    ProgramType wanted = type == null ? null : type(type);
    Output output = session.output();
    Map<Integer, Holders> holders = output.isWide() ? datapath.programs().holders() : null;
    List<Listed> programs = new ArrayList<>();
    for (ProgramInfo info : datapath.programs().list()) {
      Listed program =
          listed(
              info,
              holders == null ? null : holders.getOrDefault(info.id(), Holders.NOBODY).toString());
      if (wanted == null || wanted == info.type()) {
        programs.add(program);
      }
    }
    output.print(programs, out -> print(programs, out));
    return ExitCode.OK;
  }

  private static ProgramType type(String text) {
    return ProgramType.find(text)
        .orElseThrow(
            () ->
                new InvalidInput(
                    "command line",
                    0,
                    0,
                    "expected a program type such as sched_cls or xdp, found " + text));
  }

  private static Listed listed(ProgramInfo info, @Nullable String holders) {
    return new Listed(
        info.id(),
        info.type() == null ? "type " + info.typeNumber() : info.type().kernelName(),
        info.name(),
        info.tag(),
        info.translatedBytes() / 8,
        info.verifiedInstructions(),
        info.gplCompatible(),
        info.userId(),
        info.loadedNanoseconds(),
        info.mapIds(),
        info.runCount(),
        info.runTimeNanoseconds(),
        holders);
  }

  private static void print(List<Listed> programs, Output output) {
    if (programs.isEmpty()) {
      output.line("no programs");
      return;
    }
    List<String> headings =
        new ArrayList<>(
            List.of(">ID", "TYPE", "NAME", "TAG", ">INSNS", ">PROCESSED", ">AGE", "MAPS"));
    if (output.isWide()) {
      headings.addAll(List.of(">RUNS", ">NS/RUN", "GPL", ">UID", "HELD BY"));
    }
    Table table = new Table(headings.toArray(String[]::new));
    long now = sinceBoot();
    for (Listed program : programs) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  Integer.toString(program.id()),
                  program.type(),
                  program.name(),
                  program.tag(),
                  Integer.toString(program.instructions()),
                  Integer.toString(program.processed()),
                  age(Duration.ofNanos(now - program.loadedNanoseconds())),
                  program.maps().stream().map(String::valueOf).collect(Collectors.joining(","))));
      if (output.isWide()) {
        long runs = program.runCount();
        cells.add(runs == 0 ? "" : Long.toString(runs));
        cells.add(runs == 0 ? "" : Long.toString(program.runNanoseconds() / runs));
        cells.add(program.gplCompatible() ? "yes" : "no");
        cells.add(Integer.toString(program.userId()));
        cells.add(program.holders() == null ? "" : program.holders());
      }
      table.row(cells.toArray(String[]::new));
    }
    table.print(output);
  }

  /** Nanoseconds since boot, time asleep included, as the kernel stamps programs. */
  private static long sinceBoot() {
    try {
      String uptime = Files.readString(Path.of("/proc/uptime"));
      double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
      return (long) (seconds * 1e9);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A duration as listings have it: {@code 42s}, {@code 5m}, {@code 3h}, {@code 12d}. */
  static String age(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 120 * 60) {
      return seconds / 60 + "m";
    }
    return seconds < 48 * 3600 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }
}
