package dev.sluice.policy.queue;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.policy.step.Backlog;
import dev.sluice.policy.step.ChangeStep;
import dev.sluice.policy.step.Label;
import java.util.List;

/**
 * Makes steps at a device's queue.
 *
 * @param control does them
 * @param device the device
 */
record QueueSteps(TrafficControl control, Device device) {
  ChangeStep step(Change change, List<Change> inverse, Label label, Backlog lost, String sentence) {
    return new ChangeStep(label, device.name(), sentence, lost, control, change, inverse);
  }

  ChangeStep hitless(Change change, List<Change> inverse, String sentence) {
    return step(change, inverse, Label.HITLESS, Backlog.NONE, sentence);
  }
}
