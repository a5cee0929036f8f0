package dev.sluice.cli.demo;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.Unsupported;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice demo}: shows shaping and chains of programs on real packets, and measures both. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what Sluice does, on real packets, and measures it.",
      "",
      "Makes two network namespaces with a cable between, runs three set-ups of tc and a TCX chain,"
          + " prints what was configured beside what was measured, and removes everything."
          + " Touches no device of this machine. Takes less than a minute.",
    },
    footer = {"", "Exit codes: 0 all checks hold, 2 some do not, 3 not permitted."})
public final class DemoCommand implements Callable<Integer> {
  private static final double SHORTEST = 0.2;
  private static final double LONGEST = 600;

  /** As shells have it: 128 and the number of SIGINT. */
  private static final int INTERRUPTED = 130;

  private final Session session;

  @Option(
      names = "--datapath",
      paramLabel = "DATAPATH",
      defaultValue = "kernel",
      description = "kernel, which needs root; or engine, which will not, and is not there yet.")
  private DatapathChoice datapath = DatapathChoice.KERNEL;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How long each trial is measured, 0.2 to 600; 3 unless told.")
  private double seconds = 3;

  /** What {@code --datapath} chooses. */
  enum DatapathChoice {
    KERNEL,
    ENGINE
  }

  /** The command of a run. */
  public DemoCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (datapath == DatapathChoice.ENGINE) {
      throw new Unsupported(
          "the engine datapath",
          "this version has only the kernel's: sluice demo --datapath kernel");
    }
    if (!(seconds >= SHORTEST && seconds <= LONGEST)) {
      throw new InvalidInput(
          "command line", 0, 0, "expected 0.2 to 600 behind --seconds, found " + seconds);
    }
    Report report =
        session.output().format().isText()
            ? new TextReport(session.output())
            : new ProgressReport(session);
    try {
      DemoResult result = new DemoRun(Duration.ofNanos((long) (seconds * 1e9)), report).call();
      session.output().print(result, _ -> report.verdict(result));
      return result.holds() ? ExitCode.OK : ExitCode.REFUSED;
    } catch (Demo.Interrupted e) {
      return INTERRUPTED;
    } catch (NotPermitted e) {
      session.note(
          "the demo makes network namespaces and devices and loads programs; it needs"
              + " CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_BPF, as root has them: sudo sluice demo");
      session.note("the engine datapath will need none of them, and is not part of this version");
      throw e;
    }
  }
}
