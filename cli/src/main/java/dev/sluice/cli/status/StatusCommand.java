package dev.sluice.cli.status;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.chain.ChainReader;
import dev.sluice.cli.chain.RunCounters;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.cli.policy.LivePolicies;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.tc.QdiscEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice status}: everything that a packet meets at a device, in the order it meets it. */
@Command(
    name = "status",
    description = {
      "Say what a packet meets at the devices.",
      "The XDP program; per direction the chain of programs in order, then the filters at clsact;",
      "then the root qdisc and what hangs below it."
    },
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..*", paramLabel = "DEV", description = "Only these devices.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--counters",
      arity = "0..1",
      fallbackValue = "1",
      paramLabel = "SECONDS",
      description = "Count the programs' runs for so long: 1 second unless said otherwise.")
  private @Nullable Integer seconds;

  /** The command for one session. */
  public StatusCommand(Session session) {
    this.session = session;
  }

  /**
   * What was found.
   *
   * @param netns the network namespace as it was named; null for this process's own
   * @param countedSeconds for how long runs were counted; null if they were not
   * @param devices the devices
   * @param policies the policies that were applied; null where only some devices were asked about
   */
  record Status(
      @Nullable String netns,
      @Nullable Integer countedSeconds,
      List<DeviceStatus> devices,
      @Nullable List<PolicyLine> policies) {}

  /**
   * A policy.
   *
   * @param name its name
   * @param state applied, drifted or degraded
   * @param attachMode how its programs are attached; null without any
   * @param findings what is not as it says
   */
  record PolicyLine(
      String name, String state, @Nullable String attachMode, List<String> findings) {}

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    List<Device> devices =
        names.isEmpty() ? datapath.devices() : names.stream().map(datapath::device).toList();
    RunCounters counters =
        seconds == null ? new RunCounters.SinceLoad() : RunCounters.watch(datapath, seconds);
    Map<Integer, List<QdiscEntry>> qdiscs = qdiscs(datapath, devices);
    StatusReader reader =
        new StatusReader(datapath, new ChainReader(datapath, session.pins(), counters));
    List<DeviceStatus> found = new ArrayList<>();
    for (Device device : devices) {
      try {
        found.add(reader.read(device, qdiscs.getOrDefault(device.index(), List.of())));
      } catch (KernelRejected | NotFound e) {
        boolean gone = !(e instanceof KernelRejected rejected) || rejected.is(Errno.ENODEV);
        if (!names.isEmpty() || !gone) {
          throw e;
        }
        // It went while we looked: nobody asked for this one.
      }
    }
    String netns = session.namespace().name();
    Status status =
        new Status(
            netns.isEmpty() ? null : netns, seconds, found, names.isEmpty() ? policies() : null);
    session.output().print(status, output -> print(status, output));
    return ExitCode.OK;
  }

  private List<PolicyLine> policies() {
    if (!PinLayout.exists(session.pins().policyState(session.namespace()))) {
      return List.of();
    }
    return LivePolicies.read(session).stream()
        .map(
            state ->
                new PolicyLine(
                    state.name(),
                    state.status().phase().name().toLowerCase(Locale.ROOT),
                    state.status().attachMode(),
                    state.status().findings()))
        .toList();
  }

  private static Map<Integer, List<QdiscEntry>> qdiscs(Datapath datapath, List<Device> devices) {
    List<QdiscEntry> all = new ArrayList<>();
    datapath.trafficControl().qdiscs(devices.size() == 1 ? devices.getFirst() : null, all::add);
    return all.stream().collect(Collectors.groupingBy(entry -> entry.device().index()));
  }

  private void print(Status status, Output output) {
    List<DeviceStatus> bare = new ArrayList<>();
    boolean first = true;
    for (DeviceStatus device : status.devices()) {
      if (names.isEmpty() && device.isBare()) {
        bare.add(device);
        continue;
      }
      if (!first) {
        output.line("");
      }
      first = false;
      print(device, output);
    }
    if (!bare.isEmpty()) {
      if (!first) {
        output.line("");
      }
      output.line(
          "Nothing attached: "
              + bare.stream()
                  .map(device -> device.device() + kind(device.root()))
                  .collect(Collectors.joining(", ")));
    }
    List<PolicyLine> policies = status.policies();
    if (policies != null && !policies.isEmpty()) {
      output.line("");
      output.line(output.paint().bold("Policies"));
      for (PolicyLine policy : policies) {
        String mode = policy.attachMode();
        output.line(
            "  %s: %s%s%s"
                .formatted(
                    policy.name(),
                    policy.state(),
                    mode == null ? "" : ", Attach Mode: " + mode,
                    policy.findings().isEmpty() ? "" : "; " + policy.findings().getFirst()));
      }
    }
  }

  private static String kind(@Nullable QueueTree root) {
    return root == null ? "" : " (" + root.kind() + ")";
  }

  private static void print(DeviceStatus device, Output output) {
    output.line(output.paint().bold(device.device()) + " (index " + device.index() + ")");
    for (DeviceStatus.XdpStatus xdp : device.xdp()) {
      output.line("  xdp      Attach Mode: " + output.paint().bold(xdp.attachMode()));
      programs(List.of(xdp.program()), false).print(output.out(), "    ", output.paint());
    }
    for (HookStatus hook : device.hooks()) {
      print(hook, output);
    }
    if (device.root() == null) {
      output.line("  root     no qdisc");
    } else {
      print(device.root(), "  root     ", output);
    }
    if (!device.rootFilters().isEmpty()) {
      output.line("    root filters, in the order they are asked:");
      print(device.rootFilters(), output);
    }
  }

  private static void print(HookStatus hook, Output output) {
    String title = "  " + (hook.direction() + "         ").substring(0, 9);
    if (hook.attachMode() == null) {
      output.line(title + (hook.filters().isEmpty() ? "nothing attached" : "no programs attached"));
    } else {
      output.line(
          title
              + "Attach Mode: "
              + output.paint().bold(hook.attachMode())
              + (hook.revision() == null ? "" : ", revision " + hook.revision()));
      programs(hook.programs(), "TC".equals(hook.attachMode()))
          .print(output.out(), "    ", output.paint());
    }
    if (!hook.filters().isEmpty()) {
      output.line("    clsact filters, in the order they are asked:");
      print(hook.filters(), output);
    }
  }

  private static void print(List<HookStatus.FilterStatus> filters, Output output) {
    for (HookStatus.FilterStatus filter : filters) {
      filter.text().lines().forEach(line -> output.line("      " + line));
    }
  }

  private static Table programs(List<ChainListing.Entry> programs, boolean classic) {
    boolean counted = programs.stream().anyMatch(entry -> entry.runCount() != null);
    List<String> headings = new ArrayList<>(List.of(">#", ">ID", "NAME", "OWNER"));
    headings.addAll(classic ? List.of(">PREF", "HANDLE") : List.of(">LINK", "PIN"));
    headings.add("TAG");
    if (counted) {
      headings.addAll(List.of(">RUNS", ">NS/RUN"));
    }
    Table table = new Table(headings.toArray(String[]::new));
    for (ChainListing.Entry entry : programs) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  Integer.toString(entry.position()),
                  Integer.toString(entry.id()),
                  entry.title(),
                  entry.owner()));
      if (classic) {
        cells.add(entry.preference() == null ? "" : entry.preference().toString());
        cells.add(entry.handle() == null ? "" : entry.handle());
      } else {
        cells.add(entry.link() == null ? "" : entry.link().toString());
        cells.add(String.join(",", entry.pins()));
      }
      cells.add(entry.tag() == null ? "" : entry.tag());
      if (counted) {
        Long runs = entry.runCount();
        Long time = entry.runNanoseconds();
        cells.add(runs == null ? "" : runs.toString());
        cells.add(runs == null || runs == 0 || time == null ? "" : Long.toString(time / runs));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static void print(QueueTree tree, String indent, Output output) {
    boolean first = true;
    for (String line : (Iterable<String>) tree.text().lines()::iterator) {
      output.line((first ? indent : " ".repeat(indent.length())) + line);
      first = false;
    }
    for (QueueTree child : tree.children()) {
      print(child, " ".repeat(indent.length()) + "  ", output);
    }
  }
}
