package dev.sluice.policy.plan;

import org.jspecify.annotations.Nullable;

/** A step that is two actions. */
record ActionStep(
    Label label,
    String device,
    String sentence,
    @Nullable String lost,
    Runnable action,
    Runnable inverse)
    implements Step {
  @Override
  public void run() {
    action.run();
  }

  @Override
  public void undo() {
    inverse.run();
  }
}
