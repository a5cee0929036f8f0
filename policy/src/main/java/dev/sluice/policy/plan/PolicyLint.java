package dev.sluice.policy.plan;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.queue.QueueFinding;
import dev.sluice.policy.queue.QueueLint;
import dev.sluice.policy.spec.Access;
import dev.sluice.policy.spec.Block;
import dev.sluice.policy.spec.Limit;
import dev.sluice.policy.spec.Sampling;
import dev.sluice.policy.spec.Spec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
    Spec spec = document.policy().spec();
    requireOwnNames(document, "blocks", spec.blocks().stream().map(Block::name).toList());
    requireOwnNames(document, "limits", spec.limits().stream().map(Limit::name).toList());
    requireOwnNames(document, "access", spec.access().stream().map(Access::name).toList());
    requireOwnNames(document, "sampling", spec.sampling().stream().map(Sampling::name).toList());
    return warnings;
  }

  /** Counters and reports tell rules by their names. */
  private static void requireOwnNames(PolicyDocument document, String part, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!seen.add(names.get(i))) {
        throw document.invalid(
            "/spec/" + part + "/" + i + "/name",
            "expected a name of its own, found that of spec.%s[%d]: %s"
                .formatted(part, names.indexOf(names.get(i)), names.get(i)));
      }
    }
  }
}
