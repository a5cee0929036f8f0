package dev.sluice.policy.plan;

import dev.sluice.policy.step.Step;
import dev.sluice.policy.step.StepRun;
import java.util.List;

/**
 * What is to be done, in its order.
 *
 * @param steps the steps
 * @param findings what to know before
 */
public record Plan(List<Step> steps, List<PlanFinding> findings) {
  /** Copies the lists. */
  public Plan {
    steps = List.copyOf(steps);
    findings = List.copyOf(findings);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /** What is in the way; a plan with any must not be run. */
  public List<PlanFinding> blocking() {
    return findings.stream().filter(PlanFinding::blocking).toList();
  }

  /**
   * A run of it that has not begun.
   *
   * @throws IllegalStateException if something is in the way
   */
  public StepRun newRun() {
    if (!blocking().isEmpty()) {
      throw new IllegalStateException("in the way: " + blocking());
    }
    return new StepRun(steps);
  }
}
