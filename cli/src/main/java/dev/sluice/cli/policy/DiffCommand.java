package dev.sluice.cli.policy;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.policy.plan.Transition;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice diff}. */
@Command(
    name = "diff",
    description = "Say whether everything is as policies say: exit code 0 if so, 1 if not.",
    mixinStandardHelpOptions = true)
public final class DiffCommand implements Callable<Integer> {
  private static final int DIFFERENT = 1;

  private final Session session;

  @Mixin private FileOptions files;

  /** The command for one session. */
  public DiffCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    PolicyFiles policies = files.read();
    try (Host host = Host.of(session, files.mode())) {
      Transition transition = host.compare(policies);
      PlanPrinter.print(session, transition.plan(), false);
      PlanPrinter.requireClear(transition.plan());
      return transition.isNothing() ? ExitCode.OK : DIFFERENT;
    }
  }
}
