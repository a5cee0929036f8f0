package dev.sluice.policy.plan;

import dev.sluice.policy.arrival.ArrivalPlan;
import dev.sluice.policy.queue.QueuePlan;
import dev.sluice.policy.step.Step;
import java.util.ArrayList;
import java.util.List;

/** Collects a plan. */
final class PlanBuilder {
  private final List<Step> steps = new ArrayList<>();
  private final List<PlanFinding> findings = new ArrayList<>();

  void add(Step step) {
    steps.add(step);
  }

  void add(PlanFinding finding) {
    findings.add(finding);
  }

  void add(List<Step> more, List<PlanFinding> found) {
    steps.addAll(more);
    findings.addAll(found);
  }

  /** What is to be done to a device's queue. */
  void add(QueuePlan queue) {
    steps.addAll(queue.steps());
    if (queue.foreign() != null) {
      findings.add(PlanFinding.blocking(queue.device().name(), queue.foreign().toString()));
    }
  }

  /** What is to be done for a device's arrivals; its name is empty where it is gone. */
  void add(String device, ArrivalPlan arrivals) {
    steps.addAll(arrivals.steps());
    arrivals.obstacles().forEach(one -> findings.add(PlanFinding.blocking(device, one)));
  }

  List<Step> steps() {
    return steps;
  }

  List<PlanFinding> findings() {
    return findings;
  }

  Plan plan() {
    return new Plan(steps, findings);
  }
}
