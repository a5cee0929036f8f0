package dev.sluice.policy.step;

/** A step that is two actions. */
record ActionStep(
    Label label, String device, String sentence, Backlog backlog, Runnable action, Runnable inverse)
    implements Step {
  @Override
  public void run() {
    action.run();
  }

  @Override
  public void undo() {
    inverse.run();
  }

  @Override
  public String toString() {
    return lost() == null ? sentence : sentence + " (" + label + ": " + lost() + ")";
  }
}
