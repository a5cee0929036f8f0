package dev.sluice.cli.policy;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Numbers;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.policy.plan.Intent;
import dev.sluice.policy.plan.PolicyState;
import dev.sluice.policy.spec.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice policies}. */
@Command(
    name = "policies",
    description = {
      "List the policies that were applied, and whether all is as they say.",
      "With names, also what their rules and classes did."
    },
    mixinStandardHelpOptions = true)
public final class PoliciesCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "Only these, with counters.")
  private final List<String> names = new ArrayList<>();

  /** The command for one session. */
  public PoliciesCommand(Session session) {
    this.session = session;
  }

  /**
   * A policy.
   *
   * @param name its name
   * @param state applied, drifted or degraded
   * @param attachMode {@code TCX} or {@code TC}; null without programs
   * @param findings what is not as it should be
   * @param rules what its rules did
   * @param classes what its classes did
   */
  record Listed(
      String name,
      String state,
      @Nullable String attachMode,
      List<String> findings,
      List<Rule> rules,
      List<ShareClass> classes) {}

  /**
   * A rule.
   *
   * @param name its name
   * @param did what it did to what is counted
   * @param packets packets, or connections of an access rule
   * @param bytes bytes
   */
  record Rule(String name, String did, long packets, long bytes) {}

  /**
   * A class.
   *
   * @param device its device
   * @param name its name
   * @param packets packets that left
   * @param bytes bytes that left
   * @param dropped packets that were dropped
   * @param backlog bytes that wait
   */
  record ShareClass(
      String device, String name, long packets, long bytes, long dropped, long backlog) {}

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
      List<Listed> listed = new ArrayList<>(host.states().stream().map(this::listed).toList());
      for (String name : names) {
        if (listed.stream().noneMatch(one -> one.name().equals(name))) {
          throw new NotFound("policy", name);
        }
      }
      listed.removeIf(one -> !names.isEmpty() && !names.contains(one.name()));
      session.output().print(listed, output -> print(listed, output));
      return ExitCode.OK;
    }
  }

  private Listed listed(PolicyState state) {
    Status status = state.status();
    return new Listed(
        state.name(),
        status.phase().name().toLowerCase(Locale.ROOT),
        status.attachMode(),
        status.findings(),
        state.rules().stream().map(PoliciesCommand::rule).toList(),
        state.classes().stream().map(PoliciesCommand::shareClass).toList());
  }

  private static Rule rule(PolicyState.RuleCount one) {
    return new Rule(
        one.rule().name(), one.rule().kind().text(), one.count().packets(), one.count().bytes());
  }

  private static ShareClass shareClass(PolicyState.ClassCount one) {
    return new ShareClass(
        one.device(),
        one.name(),
        one.statistics().packets(),
        one.statistics().bytes(),
        one.statistics().drops(),
        one.statistics().backlog());
  }

  private void print(List<Listed> listed, Output output) {
    if (listed.isEmpty()) {
      output.line("no policies");
      return;
    }
    Table table = new Table("POLICY", "STATE", "ATTACH MODE", "FINDING");
    for (Listed each : listed) {
      table.row(
          each.name(),
          each.state(),
          Objects.requireNonNullElse(each.attachMode(), ""),
          each.findings().isEmpty() ? "" : each.findings().getFirst());
      each.findings().stream().skip(1).forEach(finding -> table.row("", "", "", finding));
    }
    table.print(output);
    if (!names.isEmpty()) {
      listed.forEach(each -> printCounters(each, output));
    }
  }

  private static void printCounters(Listed each, Output output) {
    if (!each.rules().isEmpty()) {
      output.line("");
      output.line(output.paint().bold("Rules of " + each.name()));
      Table rules = new Table("RULE", "DID", ">PACKETS", ">BYTES");
      each.rules()
          .forEach(
              rule ->
                  rules.row(
                      rule.name(),
                      rule.did(),
                      Numbers.count(rule.packets()),
                      Numbers.count(rule.bytes())));
      rules.print(output);
    }
    if (!each.classes().isEmpty()) {
      output.line("");
      output.line(output.paint().bold("Classes of " + each.name()));
      Table classes = new Table("DEVICE", "CLASS", ">PACKETS", ">BYTES", ">DROPPED", ">WAITING");
      each.classes()
          .forEach(
              one ->
                  classes.row(
                      one.device(),
                      one.name(),
                      Numbers.count(one.packets()),
                      Numbers.count(one.bytes()),
                      Numbers.count(one.dropped()),
                      Numbers.count(one.backlog())));
      classes.print(output);
    }
  }
}
