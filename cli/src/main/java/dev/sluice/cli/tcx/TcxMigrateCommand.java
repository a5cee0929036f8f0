package dev.sluice.cli.tcx;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Refusal;
import dev.sluice.cli.Session;
import dev.sluice.cli.policy.PolicyPrograms;
import dev.sluice.datapath.chain.migration.Migration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice tcx migrate}: from the classic hook to TCX, or back, while packets pass. */
@Command(
    name = "migrate",
    description = {
      "Move Sluice's own programs at a device from the classic hook to TCX, in the same order.",
      "No packet misses them; for an instant, one may meet them twice."
    },
    mixinStandardHelpOptions = true)
public final class TcxMigrateCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "DEV", description = "The device.")
  private String device = "";

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  @Option(names = "--back", description = "From TCX to the classic hook.")
  private boolean back;

  @Option(
      names = "--force",
      description = {
        "Even if programs of others then run before Sluice's instead of behind them, or a program",
        "returns what means something else there."
      })
  private boolean force;

  /** The command for one session. */
  public TcxMigrateCommand(Session session) {
    this.session = session;
  }

  /**
   * What was done.
   *
   * @param device the device
   * @param to {@code TCX} or {@code TC}
   * @param dryRun whether it was only said
   * @param steps what was done, in order
   */
  record Migrated(String device, String to, boolean dryRun, List<String> steps) {}

  @Override
  public Integer call() {
    PolicyPrograms policies = PolicyPrograms.of(session);
    Migration migration =
        new Migration(
            session.datapath(),
            new PinnedLinks(session.pins(), PinLayout.inode(session.namespace())),
            session.datapath().device(device),
            back ? Migration.Way.BACK : Migration.Way.FORTH,
            policies::contains);
    for (String program : migration.policies()) {
      session.note(
          "%s is a policy's, and stays: sluice apply --mode %s moves it"
              .formatted(program, back ? "tc" : "tcx"));
    }
    if (!migration.forbidden().isEmpty()) {
      throw new Refusal(String.join("; ", migration.forbidden()));
    }
    List<String> changes = new ArrayList<>(migration.reordered());
    changes.addAll(migration.reinterpreted());
    if (!force && !changes.isEmpty()) {
      throw new Refusal(String.join("; ", changes) + " (--force does it)");
    }
    changes.forEach(change -> session.note("warning: " + change));
    for (String program : migration.unknown()) {
      session.note(
          program + ": what it returns is not known, so see that it means the same at both hooks");
    }
    if (!dryRun) {
      migration.run();
    }
    Migrated migrated = new Migrated(device, back ? "TC" : "TCX", dryRun, migration.steps());
    session
        .output()
        .print(
            migrated,
            output -> {
              migrated.steps().forEach(step -> output.line((dryRun ? "would " : "") + step));
              if (migrated.steps().isEmpty()) {
                output.line("nothing of Sluice's to move");
              }
            });
    return ExitCode.OK;
  }
}
