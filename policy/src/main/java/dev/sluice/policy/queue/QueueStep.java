package dev.sluice.policy.queue;

import dev.sluice.datapath.tc.Change;
import java.util.List;

/**
 * A step from the queue that is there to the one that should be.
 *
 * @param change what to do
 * @param inverse what takes it back, in this order; empty where taking back an earlier step does
 *     that too
 * @param effect what happens to packets meanwhile
 * @param lost what is lost, as it waited when the device was looked at
 * @param text the step as a sentence
 */
public record QueueStep(
    Change change, List<Change> inverse, Effect effect, Backlog lost, String text) {
  /** Copies the list. */
  public QueueStep {
    inverse = List.copyOf(inverse);
  }

  /** What happens to packets. */
  public enum Effect {
    /** Nothing. */
    HITLESS,
    /** Those that wait in a queue that goes are lost. */
    LOSSY,
    /** A queue is made anew, because the kernel cannot change it; what waits in it is lost. */
    REBUILD
  }

  static QueueStep hitless(Change change, List<Change> inverse, String text) {
    return new QueueStep(change, inverse, Effect.HITLESS, Backlog.NONE, text);
  }

  @Override
  public String toString() {
    return effect == Effect.HITLESS ? text : text + " (" + effect + ": " + lost + ")";
  }
}
