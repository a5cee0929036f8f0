package dev.sluice.policy.plan;

import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step that is changes to a device's traffic control. Such steps one behind the other are sent
 * together by {@link PlanRun}.
 *
 * @param label what it does to traffic that is under way
 * @param device the device it is done at
 * @param sentence what is done, for people
 * @param lost what is lost by it; null for nothing
 * @param control does the changes
 * @param changes the changes, in their order
 */
public record ChangeStep(
    Label label,
    String device,
    String sentence,
    @Nullable String lost,
    TrafficControl control,
    List<Reversible> changes)
    implements Step {
  /** Copies the list. */
  public ChangeStep {
    changes = List.copyOf(changes);
  }

  /**
   * A change, and what takes it back.
   *
   * @param change the change
   * @param inverse what makes it as it was before, in this order; empty where another change's does
   */
  public record Reversible(Change change, List<Change> inverse) {
    /** Copies the list. */
    public Reversible {
      inverse = List.copyOf(inverse);
    }
  }

  @Override
  public void run() {
    List<Outcome> outcomes = apply(control, changes);
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof Outcome.Refused refused) {
        RuntimeException reason = refused.reason();
        for (RuntimeException left : takeBack(control, changes.subList(0, i))) {
          reason.addSuppressed(left);
        }
        throw reason;
      }
    }
  }

  @Override
  public void undo() {
    List<RuntimeException> failures = takeBack(control, changes);
    if (!failures.isEmpty()) {
      RuntimeException first = failures.getFirst();
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
  }

  /** Does changes in one go, up to the first that is refused. */
  static List<Outcome> apply(TrafficControl control, List<Reversible> changes) {
    return control.apply(
        changes.stream().map(Reversible::change).toList(), TrafficControl.OnRefusal.STOP);
  }

  /**
   * Takes changes back in one go, newest first.
   *
   * @return what could not be taken back
   */
  static List<RuntimeException> takeBack(TrafficControl control, List<Reversible> changes) {
    List<Change> inverses =
        changes.reversed().stream().flatMap(change -> change.inverse().stream()).toList();
    if (inverses.isEmpty()) {
      return List.of();
    }
    return control.apply(inverses, TrafficControl.OnRefusal.CONTINUE).stream()
        .<RuntimeException>mapMulti(
            (outcome, sink) -> {
              if (outcome instanceof Outcome.Refused refused) {
                sink.accept(refused.reason());
              }
            })
        .toList();
  }
}
