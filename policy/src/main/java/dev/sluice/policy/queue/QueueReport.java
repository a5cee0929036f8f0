package dev.sluice.policy.queue;

import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.tc.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of steps.
 *
 * @param done how many steps were done and stay; 0 where one was refused
 * @param refusal the first that was refused, and what it was refused for; null for none
 * @param notTakenBack what could not be taken back after that; empty where all is as it was before
 * @param warnings what the kernel said beside its yes
 */
public record QueueReport(
    int done,
    @Nullable Refusal refusal,
    List<Outcome.Refused> notTakenBack,
    List<String> warnings) {
  /** Copies the lists. */
  public QueueReport {
    notTakenBack = List.copyOf(notTakenBack);
    warnings = List.copyOf(warnings);
  }

  /**
   * A step that was refused.
   *
   * @param step the step
   * @param reason why
   */
  public record Refusal(QueueStep step, SluiceException reason) {}

  /** Whether all steps were done. */
  public boolean isDone() {
    return refusal == null;
  }
}
