package dev.sluice.cli.policy;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.policy.plan.Transition;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice plan}. */
@Command(
    name = "plan",
    description = "Say what applying policies would do, step by step, and change nothing.",
    mixinStandardHelpOptions = true)
public final class PlanCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private FileOptions files;

  /** The command for one session. */
  public PlanCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    PolicyFiles policies = files.read();
    try (Host host = Host.of(session, files.mode())) {
      Transition transition = host.compare(policies);
      PlanPrinter.print(session, transition.plan(), false);
      PlanPrinter.requireClear(transition.plan());
      return ExitCode.OK;
    }
  }
}
