package dev.sluice.cli.policy;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.plan.Applied;
import dev.sluice.policy.plan.Intent;
import dev.sluice.policy.plan.Plan;
import dev.sluice.policy.plan.PlanFinding;
import dev.sluice.policy.spec.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code sluice policies}. */
@Command(
    name = "policies",
    description = "List the policies that were applied, and whether all is as they say.",
    mixinStandardHelpOptions = true)
public final class PoliciesCommand implements Callable<Integer> {
  private final Session session;

  /** The command for one session. */
  public PoliciesCommand(Session session) {
    this.session = session;
  }

  /**
   * A policy.
   *
   * @param name its name
   * @param state applied, drifted or degraded
   * @param finding what is not as it should be; null for nothing
   */
  record Listed(String name, String state, @Nullable String finding) {}

  @Override
  public Integer call() {
    try (Host host = Host.of(session, AttachMode.AUTO)) {
      Intent intent = host.store().intent();
      if (intent != null) {
        session.note(
            (intent.isUnderWay()
                    ? "process " + intent.process() + " is applying "
                    : "somebody was cut off while applying ")
                + intent.what());
      }
      List<Listed> listed = new ArrayList<>();
      host.store().policies().forEach((name, applied) -> listed.add(state(host, name, applied)));
      session.output().print(listed, output -> print(listed, output));
      return ExitCode.OK;
    }
  }

  private static Listed state(Host host, String name, Applied applied) {
    try {
      Plan plan =
          host.transition(PolicyReader.parse("policy " + name, applied.text()), Set.of()).plan();
      if (!plan.blocking().isEmpty()) {
        PlanFinding first = plan.blocking().getFirst();
        return listed(name, Status.Phase.DEGRADED, first.sentence());
      }
      return plan.isEmpty()
          ? listed(name, Status.Phase.APPLIED, null)
          : listed(name, Status.Phase.DRIFTED, "to do: " + plan.steps().getFirst().sentence());
    } catch (SluiceException e) {
      return listed(name, Status.Phase.DEGRADED, e.getMessage());
    }
  }

  private static Listed listed(String name, Status.Phase phase, @Nullable String finding) {
    return new Listed(name, phase.name().toLowerCase(Locale.ROOT), finding);
  }

  private static void print(List<Listed> listed, Output output) {
    if (listed.isEmpty()) {
      output.line("no policies");
      return;
    }
    Table table = new Table("POLICY", "STATE", "FINDING");
    listed.forEach(
        each ->
            table.row(each.name(), each.state(), Objects.requireNonNullElse(each.finding(), "")));
    table.print(output);
  }
}
