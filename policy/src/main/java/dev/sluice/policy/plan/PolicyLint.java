package dev.sluice.policy.plan;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.queue.QueueFinding;
import dev.sluice.policy.queue.QueueLint;
import java.util.ArrayList;
import java.util.List;

/** What cannot work in a policy, or not as it seems, with the place where it stands. */
public final class PolicyLint {
  private PolicyLint() {}

  /**
   * Checks a policy.
   *
   * @return what is likely not what was meant
   * @throws InvalidInput if something cannot be done
   */
  public static List<String> check(PolicyDocument document) {
    List<String> warnings = new ArrayList<>();
    for (QueueFinding finding : QueueLint.of(document.policy().spec())) {
      InvalidInput placed = document.invalid("/spec/" + finding.path(), finding.text());
      if (finding.isError()) {
        throw placed;
      }
      warnings.add(String.valueOf(placed.getMessage()));
    }
    return warnings;
  }
}
