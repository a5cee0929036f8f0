package dev.sluice.cli.top;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.chain.ChainReader;
import dev.sluice.cli.chain.DeviceHooks;
import dev.sluice.cli.chain.RunCounters;
import dev.sluice.cli.output.OutputFormat;
import dev.sluice.cli.output.Paint;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice top}: who sends how much, what waits, and what programs cost. */
@Command(
    name = "top",
    description = {
      "Show the rates of queues, classes and programs, again and again until Ctrl-C.",
      "The kernel counts runs of programs only while this looks. With -o json, each look is an",
      "object on a line of its own."
    },
    mixinStandardHelpOptions = true)
public final class TopCommand implements Callable<Integer> {
  /** Cursor home, and nothing behind it ({@code ECMA-48}). */
  private static final String CLEAR = "\u001b[H\u001b[J";

  private static final int STANDARD_OUTPUT = 1;

  private final Session session;

  @Parameters(arity = "0..*", paramLabel = "DEV", description = "Only these devices.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      description = "Look so often: every ${DEFAULT-VALUE} seconds unless said otherwise.")
  private int interval = 1;

  @Option(names = "--once", description = "Look once, and end.")
  private boolean once;

  @Option(
      names = "--sort",
      paramLabel = "rate|drops|backlog",
      description = "The busiest first, by this; as they hang together unless said otherwise.")
  private @Nullable Order order;

  /** What comes first. */
  private enum Order {
    RATE,
    DROPS,
    BACKLOG;

    private Comparator<TopReport.Queue> comparator() {
      return switch (this) {
        case RATE -> Comparator.comparingLong(TopReport.Queue::bitsPerSecond).reversed();
        case DROPS -> Comparator.comparingLong(TopReport.Queue::drops).reversed();
        case BACKLOG -> Comparator.comparingLong(TopReport.Queue::backlog).reversed();
      };
    }
  }

  /** The command for one session. */
  public TopCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (interval < 1) {
      throw new InvalidInput("--interval", 0, 0, "expected 1 second or more, found " + interval);
    }
    Datapath datapath = session.datapath();
    names.forEach(datapath::device);
    if (once) {
      TopReport report = look(datapath);
      session.output().print(report, report::print);
      return ExitCode.OK;
    }
    boolean screen =
        session.output().format() == OutputFormat.TABLE && Paint.isTerminal(STANDARD_OUTPUT);
    while (!Thread.currentThread().isInterrupted()) {
      TopReport report = look(datapath);
      if (session.output().format() == OutputFormat.TABLE
          || session.output().format() == OutputFormat.WIDE) {
        session.output().line(screen ? CLEAR : "");
        report.print(session.output());
        session.output().out().flush();
      } else {
        session.output().event(report);
      }
    }
    return ExitCode.OK;
  }

  private TopReport look(Datapath datapath) {
    List<Device> devices =
        datapath.devices().stream()
            .filter(device -> names.isEmpty() || names.contains(device.name()))
            .toList();
    Sample before = Sample.of(datapath, devices);
    RunCounters counters = RunCounters.watch(datapath, interval);
    Sample after = Sample.of(datapath, devices);
    List<TopReport.Queue> queues = new ArrayList<>(after.since(before));
    if (order != null) {
      queues.sort(order.comparator());
    }
    return new TopReport(
        (after.nanoseconds() - before.nanoseconds()) / 1e9,
        queues,
        runs(devices, new ChainReader(datapath, session.pins(), counters)));
  }

  private List<TopReport.Runs> runs(List<Device> devices, ChainReader chains) {
    List<TopReport.Runs> runs = new ArrayList<>();
    for (Device device : devices) {
      for (AttachPoint at : DeviceHooks.of(device)) {
        for (ChainListing.Entry program :
            DeviceHooks.unlessGone(() -> chains.find(at), List.<ChainListing.Entry>of())) {
          Long count = program.runCount();
          Long nanoseconds = program.runNanoseconds();
          if (count != null && nanoseconds != null && count > 0) {
            runs.add(
                new TopReport.Runs(
                    at.toString(),
                    program.id(),
                    program.title(),
                    program.owner(),
                    count / interval,
                    nanoseconds / count,
                    100.0 * nanoseconds / (interval * 1e9)));
          }
        }
      }
    }
    return runs;
  }
}
