package dev.sluice.policy.plan;

import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a plan, all of it or nothing: where a step fails, those that ran are undone, newest first.
 * Changes to traffic control that follow each other are sent together.
 */
public final class PlanRun {
  private final Plan plan;
  private int ran;

  /**
   * A run that has not begun.
   *
   * @throws IllegalArgumentException if something is in the way
   */
  public PlanRun(Plan plan) {
    if (!plan.blocking().isEmpty()) {
      throw new IllegalArgumentException("in the way: " + plan.blocking());
    }
    this.plan = plan;
  }

  /**
   * What came of a run.
   *
   * @param failed the step that failed; null if none did
   * @param reason why it failed; null if none did
   * @param left what could not be undone then; empty if everything is as it was
   */
  public record Result(
      @Nullable Step failed, @Nullable RuntimeException reason, List<NotUndone> left) {
    /** Copies the list. */
    public Result {
      left = List.copyOf(left);
    }

    /** Whether all steps were done. */
    public boolean isDone() {
      return failed == null;
    }

    /** Whether a step failed and all before it were undone. */
    public boolean isUndone() {
      return failed != null && left.isEmpty();
    }
  }

  /**
   * A step that could not be undone.
   *
   * @param step the step
   * @param reason why
   */
  public record NotUndone(Step step, RuntimeException reason) {}

  /** Runs all steps, once. */
  public Result run() {
    if (ran != 0) {
      throw new IllegalStateException("the plan was run already");
    }
    List<Step> steps = plan.steps();
    while (ran < steps.size()) {
      int end = batchEnd(ran);
      Result failure = end == ran ? runOne(steps.get(ran)) : runBatch(ran, end);
      if (failure != null) {
        List<NotUndone> left = new ArrayList<>(failure.left());
        left.addAll(undo());
        return new Result(failure.failed(), failure.reason(), left);
      }
    }
    return new Result(null, null, List.of());
  }

  /** Behind the last of the change steps from here on; the same place where there is none. */
  @SuppressWarnings("ReferenceEquality") // only what goes through the same object is sent together
  private int batchEnd(int from) {
    int end = from;
    while (end < plan.steps().size()
        && plan.steps().get(end) instanceof ChangeStep step
        && step.control() == ((ChangeStep) plan.steps().get(from)).control()) {
      end++;
    }
    return end;
  }

  private @Nullable Result runOne(Step step) {
    try {
      step.run();
      ran++;
      return null;
    } catch (RuntimeException e) {
      return new Result(step, e, List.of());
    }
  }

  private @Nullable Result runBatch(int from, int end) {
    List<ChangeStep> steps =
        plan.steps().subList(from, end).stream().map(ChangeStep.class::cast).toList();
    TrafficControl control = steps.getFirst().control();
    List<Outcome> outcomes;
    try {
      outcomes =
          ChangeStep.apply(
              control, steps.stream().flatMap(step -> step.changes().stream()).toList());
    } catch (RuntimeException e) {
      return new Result(steps.getFirst(), e, List.of());
    }
    int at = 0;
    for (ChangeStep step : steps) {
      for (int i = 0; i < step.changes().size(); i++) {
        if (outcomes.get(at++) instanceof Outcome.Refused refused) {
          List<NotUndone> left =
              ChangeStep.takeBack(control, step.changes().subList(0, i)).stream()
                  .map(reason -> new NotUndone(step, reason))
                  .toList();
          return new Result(step, refused.reason(), left);
        }
      }
      ran++;
    }
    return null;
  }

  /**
   * Undoes every step that ran and was not undone yet, newest first.
   *
   * @return what could not be undone
   */
  public List<NotUndone> undo() {
    List<NotUndone> left = new ArrayList<>();
    while (ran > 0) {
      Step step = plan.steps().get(--ran);
      try {
        step.undo();
      } catch (RuntimeException e) {
        left.add(new NotUndone(step, e));
      }
    }
    return left;
  }
}
