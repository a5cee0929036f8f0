package dev.sluice.policy.queue;

import dev.sluice.datapath.Device;
import dev.sluice.policy.step.Backlog;
import dev.sluice.policy.step.ChangeStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done to a device's queue.
 *
 * @param device the device
 * @param steps the steps in their order; empty where all is as it should be
 * @param foreign what is in the way, and then there are no steps; null for nothing
 */
public record QueuePlan(Device device, List<ChangeStep> steps, @Nullable ForeignQueue foreign) {
  /** Copies the list. */
  public QueuePlan {
    steps = List.copyOf(steps);
  }

  /** What is lost in all, as it waited when the device was looked at. */
  public Backlog lost() {
    Backlog lost = Backlog.NONE;
    for (ChangeStep step : steps) {
      lost = lost.plus(step.backlog());
    }
    return lost;
  }
}
