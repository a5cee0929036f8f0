package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.policy.plan.QueueWishes.Wish;
import dev.sluice.policy.queue.QueueDiff;
import dev.sluice.policy.queue.QueuePlan;
import dev.sluice.policy.queue.QueueStep;
import dev.sluice.policy.queue.QueueStep.Effect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the queue that a device has to the one that it should have, as steps of a plan. */
final class QueueSteps {
  private QueueSteps() {}

  /**
   * Compares a device's queue.
   *
   * @param wish what it should be; null for none of ours
   */
  static void add(
      Datapath datapath,
      Device device,
      @Nullable Wish wish,
      List<Step> steps,
      List<PlanFinding> findings) {
    QueuePlan queue =
        QueueDiff.of(datapath.trafficControl(), device, wish == null ? null : wish.tree());
    if (queue.foreign() != null) {
      findings.add(PlanFinding.blocking(device.name(), queue.foreign().toString()));
    }
    for (QueueStep step : queue.steps()) {
      steps.add(
          new ChangeStep(
              Label.valueOf(step.effect().name()),
              device.name(),
              step.text(),
              step.effect() == Effect.HITLESS ? null : step.lost().toString(),
              datapath.trafficControl(),
              List.of(new ChangeStep.Reversible(step.change(), step.inverse()))));
    }
  }
}
