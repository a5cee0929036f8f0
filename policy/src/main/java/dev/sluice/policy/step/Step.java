package dev.sluice.policy.step;

import org.jspecify.annotations.Nullable;

/** One thing to be done, and how it is undone. */
public sealed interface Step permits ActionStep, ChangeStep {
  /** What it does to traffic that is under way. */
  Label label();

  /** The name of the device it is done for; empty where it is for none. */
  String device();

  /** What is done, for people. */
  String sentence();

  /** What waits in queues that go, as it waited when they were looked at. */
  Backlog backlog();

  /** What is lost by it, for people; null for nothing. */
  default @Nullable String lost() {
    return label() == Label.HITLESS ? null : backlog().toString();
  }

  /** Does it. A step that throws has left everything as it was. */
  void run();

  /** Undoes what {@link #run} did. */
  void undo();

  /**
   * A step of any kind.
   *
   * @param label what it does to traffic that is under way
   * @param device the name of the device it is done for; empty where it is for none
   * @param sentence what is done, for people
   * @param backlog what waits in queues that go
   * @param run does it; where it throws, everything is as it was
   * @param undo undoes it
   */
  static Step of(
      Label label, String device, String sentence, Backlog backlog, Runnable run, Runnable undo) {
    return new ActionStep(label, device, sentence, backlog, run, undo);
  }

  /**
   * A step by which no packet is lost.
   *
   * @param device the name of the device it is done for; empty where it is for none
   * @param sentence what is done, for people
   * @param run does it; where it throws, everything is as it was
   * @param undo undoes it
   */
  static Step hitless(String device, String sentence, Runnable run, Runnable undo) {
    return of(Label.HITLESS, device, sentence, Backlog.NONE, run, undo);
  }
}
