package dev.sluice.cli.chain;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice chain list}: the programs at all hooks, and what they can return. */
@Command(
    name = "list",
    description = {
      "List the programs at all hooks of the devices, in the order in which packets meet them.",
      "RETURNS is what a program can return at most, found from its instructions."
    },
    mixinStandardHelpOptions = true)
public final class ChainListCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      arity = "0..*",
      paramLabel = "DEV|HOOK",
      description = "Only these devices and hooks: " + HookAddress.FORMS + ".")
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--cgroups",
      description = "The control groups, too, at which programs are attached with links.")
  private boolean cgroups;

  /** The command for one session. */
  public ChainListCommand(Session session) {
    this.session = session;
  }

  /**
   * What was found.
   *
   * @param hooks those that hold programs
   */
  record Listing(List<HookListing> hooks) {}

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    HookReader reader =
        new HookReader(
            datapath, new ChainReader(datapath, session.pins(), new RunCounters.SinceLoad()));
    List<HookListing> hooks = new ArrayList<>();
    for (String target : targets) {
      if (target.contains(":")) {
        hooks.add(reader.of(HookAddress.parse(target).in(datapath)));
      } else {
        hooks.addAll(reader.of(datapath.device(target)));
      }
    }
    if (targets.isEmpty()) {
      for (Device device : datapath.devices()) {
        hooks.addAll(DeviceHooks.unlessGone(() -> reader.of(device), List.of()));
      }
    }
    if (cgroups) {
      for (AttachPoint at : GroupHooks.attached(datapath)) {
        hooks.add(reader.of(at));
      }
    }
    hooks.removeIf(hook -> hook.programs().isEmpty());
    session.output().print(new Listing(hooks), output -> print(hooks, output));
    return ExitCode.OK;
  }

  private static void print(List<HookListing> hooks, Output output) {
    List<String> headings =
        new ArrayList<>(List.of("HOOK", ">POS", ">ID", "NAME", "KIND", "OWNER", "RETURNS", "NOTE"));
    if (output.isWide()) {
      headings.addAll(List.of("PURPOSE", "TAG", ">LINK", "PIN", ">PREF", ">REV"));
    }
    Table table = new Table(headings.toArray(String[]::new));
    for (HookListing hook : hooks) {
      for (HookListing.Line line : hook.programs()) {
        ChainListing.Entry program = line.program();
        List<String> cells =
            new ArrayList<>(
                List.of(
                    hook.hook(),
                    Integer.toString(program.position()),
                    Integer.toString(program.id()),
                    program.title(),
                    line.kind(),
                    program.owner(),
                    String.join(", ", line.returns()),
                    line.note()));
        if (output.isWide()) {
          cells.add(program.purpose() == null ? "" : program.purpose());
          cells.add(program.tag() == null ? "" : program.tag());
          cells.add(program.link() == null ? "" : program.link().toString());
          cells.add(String.join(",", program.pins()));
          cells.add(program.preference() == null ? "" : program.preference().toString());
          cells.add(hook.revision() == null ? "" : hook.revision().toString());
        }
        table.row(cells.toArray(String[]::new));
      }
    }
    if (table.isEmpty()) {
      output.line("no programs attached");
    } else {
      table.print(output);
    }
  }
}
