package dev.sluice.cli.policy;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.policy.plan.Transition;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice apply}. */
@Command(
    name = "apply",
    description = "Make the traffic as policies say: all of it, or nothing.",
    mixinStandardHelpOptions = true)
public final class ApplyCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private FileOptions files;

  @Option(names = "--dry-run", description = "Change nothing, like sluice plan.")
  private boolean dryRun;

  @Option(
      names = "--confirm",
      paramLabel = "SECONDS",
      description =
          "Undo everything unless a line is entered within so many seconds. Also if the terminal"
              + " is closed meanwhile.")
  private @Nullable Integer confirm;

  /** The command for one session. */
  public ApplyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Duration patience = confirm == null ? null : Confirmation.seconds(confirm);
    PolicyFiles policies = files.read();
    try (Host host = Host.of(session, files.mode())) {
      Transition transition = host.compare(policies);
      PlanPrinter.requireClear(transition.plan());
      if (dryRun || transition.isNothing()) {
        PlanPrinter.print(session, transition.plan(), false);
        return ExitCode.OK;
      }
      host.tidy();
      if (patience != null) {
        Confirmation confirmation = new Confirmation(session, System.in);
        confirmation.run(transition);
        PlanPrinter.print(session, transition.plan(), true);
        return confirmation.await(patience) ? ExitCode.OK : ExitCode.REFUSED;
      }
      Transition.Done done = transition.run();
      PlanPrinter.requireDone(session, done.result());
      done.keep();
      PlanPrinter.print(session, transition.plan(), true);
      return ExitCode.OK;
    }
  }
}
