package dev.sluice.cli.policy;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.policy.plan.Transition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice diff}. */
@Command(
    name = "diff",
    description = "Say whether everything is as policies say: exit code 0 if so, 1 if not.",
    mixinStandardHelpOptions = true)
public final class DiffCommand implements Callable<Integer> {
  private static final int DIFFERENT = 1;

  private final Session session;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      required = true,
      arity = "1..*",
      description = "Files with policies.")
  private final List<Path> files = new ArrayList<>();

  /** The command for one session. */
  public DiffCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    PolicyFiles policies = PolicyFiles.read(files);
    try (Host host = Host.of(session)) {
      Transition transition = host.transition(policies.documents(), Set.of());
      PlanPrinter.noteWarnings(session, policies.warnings());
      PlanPrinter.noteWarnings(session, transition.plan().findings());
      PlanPrinter.print(session, transition.plan(), false);
      PlanPrinter.requireClear(transition.plan());
      return transition.isNothing() ? ExitCode.OK : DIFFERENT;
    }
  }
}
