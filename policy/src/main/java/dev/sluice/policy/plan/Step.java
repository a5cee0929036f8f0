package dev.sluice.policy.plan;

import org.jspecify.annotations.Nullable;

/** One thing to be done, and how it is undone. */
public interface Step {
  /** What it does to traffic that is under way. */
  Label label();

  /** The device it is done at. */
  String device();

  /** What is done, for people. */
  String sentence();

  /** What is lost by it; null for nothing. */
  @Nullable String lost();

  /** Does it. A step that throws has left everything as it was. */
  void run();

  /** Undoes what {@link #run} did. */
  void undo();

  /**
   * A step of any kind.
   *
   * @param label what it does to traffic that is under way
   * @param device the device it is done at
   * @param sentence what is done, for people
   * @param lost what is lost by it; null for nothing
   * @param run does it
   * @param undo undoes it
   */
  static Step of(
      Label label,
      String device,
      String sentence,
      @Nullable String lost,
      Runnable run,
      Runnable undo) {
    return new ActionStep(label, device, sentence, lost, run, undo);
  }
}
