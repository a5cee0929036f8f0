package dev.sluice.cli.demo;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotPermitted;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice demo}: shows shaping and chains of programs, and measures both. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what Sluice does, and measures it.",
      "",
      "In the engine, which is the default: a shop's captured traffic over a narrow uplink, as it"
          + " is and as configured, in virtual time. Takes seconds, and needs no root and no"
          + " Linux.",
      "",
      "On the kernel, which needs root: makes two network namespaces with a cable between, runs"
          + " three set-ups of tc and a TCX chain, prints what was configured beside what was"
          + " measured, and removes everything. Touches no device of this machine. Takes less than"
          + " a minute.",
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
      defaultValue = "engine",
      description = "engine, which is the default; or kernel, which needs root.")
  private DatapathChoice datapath = DatapathChoice.ENGINE;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "3",
      description = "On the kernel: how long each trial is measured, 0.2 to 600; 3 unless told.")
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
    if (!(seconds >= SHORTEST && seconds <= LONGEST)) {
      throw new InvalidInput(
          "command line", 0, 0, "expected 0.2 to 600 behind --seconds, found " + seconds);
    }
    if (datapath == DatapathChoice.ENGINE) {
      ShopDemo.Result result = ShopDemo.run();
      session.output().print(result, output -> ShopReport.print(result, output));
      return result.holds() ? ExitCode.OK : ExitCode.REFUSED;
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
      session.note("the engine needs none of them: sluice demo");
      throw e;
    }
  }
}
