package dev.sluice.policy.step;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.List;

/**
 * A step that is one change to traffic control. Such steps one behind the other are sent together
 * by {@link StepRun}.
 *
 * @param label what it does to traffic that is under way
 * @param device the name of the device it is done for, which need not be the one that is changed
 * @param sentence what is done, for people
 * @param backlog what waits in the queue that goes, as it waited when it was looked at
 * @param control does the change
 * @param change the change
 * @param inverse what takes it back, in this order; empty where taking back an earlier step does
 *     that too
 */
public record ChangeStep(
    Label label,
    String device,
    String sentence,
    Backlog backlog,
    TrafficControl control,
    Change change,
    List<Change> inverse)
    implements Step {
  /** Copies the list. */
  public ChangeStep {
    inverse = List.copyOf(inverse);
  }

  /** The same for another device. */
  public ChangeStep withDevice(String name) {
    return new ChangeStep(label, name, sentence, backlog, control, change, inverse);
  }

  /** The same with another change. */
  public ChangeStep withChange(Change other, List<Change> takesBack) {
    return new ChangeStep(label, device, sentence, backlog, control, other, takesBack);
  }

  @Override
  public void run() {
    control.apply(change);
  }

  @Override
  public void undo() {
    for (StepRun.NotUndone left : StepRun.takeBack(List.of(this))) {
      throw left.reason();
    }
  }

  /** Whether the next may be sent in the same message. */
  boolean goesWith(ChangeStep next) {
    return isOfSameControl(next)
        && isForGood() == next.isForGood()
        && !isAtRoot()
        && !next.isAtRoot();
  }

  /** Whether the other goes through the same object. */
  @SuppressWarnings("ReferenceEquality")
  boolean isOfSameControl(ChangeStep other) {
    return control == other.control;
  }

  /** Whether packets are gone, even if it is taken back. */
  boolean isForGood() {
    return label != Label.HITLESS || change.verb() == Verb.DELETE;
  }

  private boolean isAtRoot() {
    return change instanceof OfQdisc qdisc && qdisc.parent().equals(Handle.ROOT);
  }

  @Override
  public String toString() {
    return lost() == null ? sentence : sentence + " (" + label + ": " + lost() + ")";
  }
}
