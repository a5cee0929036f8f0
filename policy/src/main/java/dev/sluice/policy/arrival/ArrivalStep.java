package dev.sluice.policy.arrival;

import dev.sluice.policy.queue.Backlog;
import dev.sluice.policy.queue.QueueStep.Effect;

/**
 * A step from what is done with a device's arrivals to what should be.
 *
 * @param device the device whose arrivals they are
 * @param effect what happens to packets
 * @param lost what is lost, as it waited when it was looked at
 * @param text the step as a sentence
 * @param run does it; if it throws a {@link dev.sluice.datapath.SluiceException}, all is as before
 * @param undo takes it back
 */
public record ArrivalStep(
    String device, Effect effect, Backlog lost, String text, Runnable run, Runnable undo) {
  static ArrivalStep hitless(String device, String text, Runnable run, Runnable undo) {
    return new ArrivalStep(device, Effect.HITLESS, Backlog.NONE, text, run, undo);
  }

  @Override
  public String toString() {
    return effect == Effect.HITLESS ? text : text + " (" + effect + ": " + lost + ")";
  }
}
