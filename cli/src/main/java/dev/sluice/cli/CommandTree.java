package dev.sluice.cli;

import dev.sluice.cli.attach.AttachCommand;
import dev.sluice.cli.attach.ChainOrderCommand;
import dev.sluice.cli.attach.DetachCommand;
import dev.sluice.cli.attach.UpdateCommand;
import dev.sluice.cli.chain.ChainCommand;
import dev.sluice.cli.chain.ChainListCommand;
import dev.sluice.cli.demo.DemoCommand;
import dev.sluice.cli.doctor.DoctorCommand;
import dev.sluice.cli.explain.ExplainCommand;
import dev.sluice.cli.features.FeaturesCommand;
import dev.sluice.cli.map.MapCommand;
import dev.sluice.cli.map.MapDeleteCommand;
import dev.sluice.cli.map.MapDumpCommand;
import dev.sluice.cli.map.MapListCommand;
import dev.sluice.cli.map.MapLookupCommand;
import dev.sluice.cli.map.MapUpdateCommand;
import dev.sluice.cli.policy.ApplyCommand;
import dev.sluice.cli.policy.DeleteCommand;
import dev.sluice.cli.policy.DiffCommand;
import dev.sluice.cli.policy.ExportCommand;
import dev.sluice.cli.policy.PlanCommand;
import dev.sluice.cli.policy.PoliciesCommand;
import dev.sluice.cli.prog.ProgCommand;
import dev.sluice.cli.prog.ProgCompileCommand;
import dev.sluice.cli.prog.ProgDumpCommand;
import dev.sluice.cli.prog.ProgInspectCommand;
import dev.sluice.cli.prog.ProgListCommand;
import dev.sluice.cli.prog.ProgLoadCommand;
import dev.sluice.cli.prog.ProgRunCommand;
import dev.sluice.cli.simulation.TryCommand;
import dev.sluice.cli.status.StatusCommand;
import dev.sluice.cli.tcx.TcxAttachCommand;
import dev.sluice.cli.tcx.TcxCommand;
import dev.sluice.cli.tcx.TcxDetachCommand;
import dev.sluice.cli.tcx.TcxListCommand;
import dev.sluice.cli.tcx.TcxMigrateCommand;
import dev.sluice.cli.tcx.TcxPruneCommand;
import dev.sluice.cli.tcx.TcxUpdateCommand;
import dev.sluice.cli.top.TopCommand;
import dev.sluice.cli.watch.ChainWatchCommand;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * The commands by name. Picocli reads each command's class by reflection, which takes longer than
 * most commands run, so only the one that is called is put into the tree, and all of them for help.
 */
final class CommandTree {
  /**
   * A command, and those below it.
   *
   * @param name its name
   * @param command makes it
   * @param below the commands below it; empty for one that does something itself
   */
  private record Node(String name, Function<Session, Object> command, List<Node> below) {}

  private static final List<Node> TOP =
      List.of(
          leaf("status", StatusCommand::new),
          leaf("top", TopCommand::new),
          leaf("doctor", DoctorCommand::new),
          leaf("explain", ExplainCommand::new),
          leaf("attach", AttachCommand::new),
          leaf("update", UpdateCommand::new),
          leaf("detach", DetachCommand::new),
          leaf("plan", PlanCommand::new),
          leaf("apply", ApplyCommand::new),
          leaf("diff", DiffCommand::new),
          leaf("delete", DeleteCommand::new),
          leaf("policies", PoliciesCommand::new),
          leaf("export", ExportCommand::new),
          group(
              "tcx",
              TcxCommand::new,
              leaf("attach", TcxAttachCommand::new),
              leaf("update", TcxUpdateCommand::new),
              leaf("detach", TcxDetachCommand::new),
              leaf("list", TcxListCommand::new),
              leaf("migrate", TcxMigrateCommand::new),
              leaf("prune", TcxPruneCommand::new)),
          group(
              "chain",
              ChainCommand::new,
              leaf("list", ChainListCommand::new),
              leaf("order", ChainOrderCommand::new),
              leaf("watch", ChainWatchCommand::new)),
          group(
              "prog",
              ProgCommand::new,
              leaf("load", ProgLoadCommand::new),
              leaf("inspect", ProgInspectCommand::new),
              leaf("compile", ProgCompileCommand::new),
              leaf("list", ProgListCommand::new),
              leaf("dump", ProgDumpCommand::new),
              leaf("run", ProgRunCommand::new)),
          group(
              "map",
              MapCommand::new,
              leaf("list", MapListCommand::new),
              leaf("dump", MapDumpCommand::new),
              leaf("lookup", MapLookupCommand::new),
              leaf("update", MapUpdateCommand::new),
              leaf("delete", MapDeleteCommand::new)),
          leaf("try", TryCommand::new),
          leaf("features", FeaturesCommand::new),
          leaf("demo", DemoCommand::new));

  private CommandTree() {}

  private static Node leaf(String name, Function<Session, Object> command) {
    return new Node(name, command, List.of());
  }

  private static Node group(String name, Supplier<Object> command, Node... below) {
    return new Node(name, _ -> command.get(), List.of(below));
  }

  /** Adds what the arguments call. */
  static void addTo(CommandLine root, Session session, String[] args) {
    add(root, TOP, session, args, 0);
  }

  private static void add(
      CommandLine parent, List<Node> nodes, Session session, String[] args, int at) {
    String wanted = at < args.length ? args[at] : "";
    boolean called = nodes.stream().anyMatch(node -> node.name().equals(wanted));
    for (Node node : nodes) {
      if (!called || node.name().equals(wanted)) {
        CommandLine line = new CommandLine(node.command().apply(session));
        line.getCommandSpec().version(Commands.VERSION);
        // From the top down, so that the options that all commands share reach the lowest.
        parent.addSubcommand(node.name(), line);
        add(line, node.below(), session, called ? args : new String[0], at + 1);
      }
    }
  }
}
