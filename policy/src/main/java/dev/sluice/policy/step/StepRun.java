package dev.sluice.policy.step;

import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.TrafficControl.OnRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Does steps, all of them or none: where one fails, those that were done are undone, newest first.
 *
 * <p>Changes to traffic control that follow each other are sent in few long messages, even behind
 * one that is refused: all of that can be taken back. What loses packets loses them for good, so it
 * begins when everything before it was done, and stops at the first that is refused. What is at a
 * device's root goes alone, since classes are taken back with their root qdisc: where somebody
 * else's came meanwhile, nothing is put into that.
 */
public final class StepRun {
  private final List<Step> steps;
  private final List<Step> done = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private @Nullable Step failed;
  private @Nullable RuntimeException reason;
  private boolean begun;

  /** A run that has not begun. */
  public StepRun(List<? extends Step> steps) {
    this.steps = List.copyOf(steps);
  }

  /**
   * What came of a run.
   *
   * @param failed the first step that failed; null if none did
   * @param reason why it failed; null if none did
   * @param left what could not be undone then; empty if everything is as it was
   * @param warnings what the kernel said beside its yes to changes
   */
  public record Result(
      @Nullable Step failed,
      @Nullable RuntimeException reason,
      List<NotUndone> left,
      List<String> warnings) {
    /** Copies the lists. */
    public Result {
      left = List.copyOf(left);
      warnings = List.copyOf(warnings);
    }

    /** Whether all steps were done. */
    public boolean isDone() {
      return failed == null;
    }

    /** Whether a step failed and all others were undone. */
    public boolean isUndone() {
      return failed != null && left.isEmpty();
    }
  }

  /**
   * A step that could not be undone.
   *
   * @param step the step
   * @param reason why; what else could not be undone of it is suppressed in this
   */
  public record NotUndone(Step step, RuntimeException reason) {}

  /**
   * Does all steps, or none.
   *
   * @throws IllegalStateException if it was run before
   */
  public Result run() {
    if (begun) {
      throw new IllegalStateException("the steps were run already");
    }
    begun = true;
    int next = 0;
    while (next < steps.size() && failed == null) {
      int end = end(steps, next, ChangeStep::goesWith);
      run(steps.subList(next, end));
      next = end;
    }
    return new Result(failed, reason, failed == null ? List.of() : undo(), warnings);
  }

  /** Behind the last of the changes that go together from here on; behind an action at once. */
  private static int end(List<Step> steps, int from, BiPredicate<ChangeStep, ChangeStep> together) {
    int end = from + 1;
    while (end < steps.size()
        && steps.get(end - 1) instanceof ChangeStep last
        && steps.get(end) instanceof ChangeStep next
        && together.test(last, next)) {
      end++;
    }
    return end;
  }

  private void run(List<Step> batch) {
    Step first = batch.getFirst();
    try {
      if (first instanceof ChangeStep change) {
        send(change, batch.stream().map(ChangeStep.class::cast).toList());
      } else {
        first.run();
        done.add(first);
      }
    } catch (RuntimeException e) {
      failed = first;
      reason = e;
    }
  }

  private void send(ChangeStep first, List<ChangeStep> batch) {
    List<Outcome> outcomes =
        first
            .control()
            .apply(
                batch.stream().map(ChangeStep::change).toList(),
                first.isForGood() ? OnRefusal.STOP : OnRefusal.CONTINUE);
    for (int i = 0; i < outcomes.size(); i++) {
      switch (outcomes.get(i)) {
        case Outcome.Done yes -> {
          done.add(batch.get(i));
          warnings.addAll(yes.warnings());
        }
        case Outcome.Refused no when failed == null -> {
          failed = batch.get(i);
          reason = no.reason();
        }
        case Outcome.Refused _, Outcome.NotTried _ -> {}
      }
    }
  }

  /**
   * Undoes every step that was done and not undone yet, newest first.
   *
   * @return what could not be undone
   */
  public List<NotUndone> undo() {
    List<Step> newest = List.copyOf(done.reversed());
    done.clear();
    List<NotUndone> left = new ArrayList<>();
    int next = 0;
    while (next < newest.size()) {
      int end = end(newest, next, ChangeStep::isOfSameControl);
      left.addAll(undo(newest.subList(next, end)));
      next = end;
    }
    return left;
  }

  private static List<NotUndone> undo(List<Step> batch) {
    Step first = batch.getFirst();
    if (first instanceof ChangeStep) {
      return takeBack(batch.stream().map(ChangeStep.class::cast).toList());
    }
    try {
      first.undo();
      return List.of();
    } catch (RuntimeException e) {
      return List.of(new NotUndone(first, e));
    }
  }

  /**
   * Takes changes of one control back in one go, in this order.
   *
   * @return what could not be taken back
   */
  static List<NotUndone> takeBack(List<ChangeStep> steps) {
    List<Change> inverses = steps.stream().flatMap(step -> step.inverse().stream()).toList();
    if (inverses.isEmpty()) {
      return List.of();
    }
    TrafficControl control = steps.getFirst().control();
    List<Outcome> outcomes;
    try {
      outcomes = control.apply(inverses, OnRefusal.CONTINUE);
    } catch (RuntimeException e) {
      return steps.stream().map(step -> new NotUndone(step, e)).toList();
    }
    List<NotUndone> left = new ArrayList<>();
    int at = 0;
    for (ChangeStep step : steps) {
      RuntimeException first = null;
      for (int i = 0; i < step.inverse().size(); i++) {
        if (outcomes.get(at++) instanceof Outcome.Refused refused) {
          if (first == null) {
            first = refused.reason();
          } else {
            first.addSuppressed(refused.reason());
          }
        }
      }
      if (first != null) {
        left.add(new NotUndone(step, first));
      }
    }
    return left;
  }
}
