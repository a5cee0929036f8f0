package dev.sluice.cli.policy;

import dev.sluice.cli.Refusal;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.policy.plan.Plan;
import dev.sluice.policy.plan.PlanFinding;
import dev.sluice.policy.step.Step;
import dev.sluice.policy.step.StepRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans, for people and for programs. */
final class PlanPrinter {
  private PlanPrinter() {}

  /**
   * A plan as a document.
   *
   * @param steps its steps
   * @param findings what to know before
   * @param applied whether it was done
   */
  record Document(List<StepLine> steps, List<FindingLine> findings, boolean applied) {}

  /**
   * A step.
   *
   * @param device its device
   * @param label hitless, lossy or rebuild
   * @param step what is done
   * @param lost what is lost; null for nothing
   */
  record StepLine(String device, String label, String step, @Nullable String lost) {}

  /**
   * A finding.
   *
   * @param blocking whether it keeps the plan from being done
   * @param device its device; null where it is about none
   * @param finding what it is
   */
  record FindingLine(boolean blocking, @Nullable String device, String finding) {}

  /** Prints a plan; warnings go beside the result. */
  static void print(Session session, Plan plan, boolean applied) {
    Document document =
        new Document(
            plan.steps().stream().map(PlanPrinter::line).toList(),
            plan.findings().stream().map(PlanPrinter::line).toList(),
            applied);
    session.output().print(document, output -> print(plan, output));
  }

  private static StepLine line(Step step) {
    return new StepLine(step.device(), step.label().toString(), step.sentence(), step.lost());
  }

  private static FindingLine line(PlanFinding finding) {
    return new FindingLine(
        finding.blocking(),
        finding.device().isEmpty() ? null : finding.device(),
        finding.sentence());
  }

  private static void print(Plan plan, Output output) {
    if (plan.isEmpty()) {
      output.line("nothing to do");
      return;
    }
    Table table = new Table("DEVICE", "EFFECT", "LOST", "STEP");
    for (Step step : plan.steps()) {
      String lost = step.lost();
      table.row(step.device(), step.label().toString(), lost == null ? "" : lost, step.sentence());
    }
    table.print(output);
  }

  /** Says what is not in the way, but worth knowing. */
  static void noteWarnings(Session session, List<PlanFinding> findings) {
    findings.stream()
        .filter(finding -> !finding.blocking())
        .forEach(finding -> session.note("warning: " + finding.sentence()));
  }

  /**
   * Refuses a plan that something is in the way of.
   *
   * @throws Refusal if so
   */
  static void requireClear(Plan plan) {
    if (!plan.blocking().isEmpty()) {
      throw new Refusal(
          String.join("; ", plan.blocking().stream().map(PlanFinding::sentence).toList())
              + ". Nothing was changed");
    }
  }

  /**
   * Refuses to go on behind a step that failed.
   *
   * @throws Refusal always if so
   */
  static void requireDone(Session session, StepRun.Result result) {
    result.warnings().forEach(warning -> session.note("warning: " + warning));
    Step failed = result.failed();
    RuntimeException reason = result.reason();
    if (failed != null && reason != null) {
      noteLeft(session, result.left());
      throw new Refusal(
          failed.device()
              + ": "
              + failed.sentence()
              + ": "
              + reason.getMessage()
              + (result.isUndone()
                  ? ". Everything is as it was before"
                  : ". Not everything could be undone; apply again"));
    }
  }

  /** Says what could not be undone. */
  static void noteLeft(Session session, List<StepRun.NotUndone> left) {
    left.forEach(
        each ->
            session.note(
                "not undone: " + each.step().sentence() + ": " + each.reason().getMessage()));
  }
}
