package dev.sluice.policy.plan;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.policy.program.Tables.Count;
import dev.sluice.policy.rule.RuleName;
import dev.sluice.policy.spec.Status;
import java.util.List;

/**
 * What became of a policy.
 *
 * @param name the policy's
 * @param status whether all is as it says
 * @param rules what its rules did, in their order
 * @param classes what its classes did
 */
public record PolicyState(
    String name, Status status, List<RuleCount> rules, List<ClassCount> classes) {
  /** Copies the lists. */
  public PolicyState {
    rules = List.copyOf(rules);
    classes = List.copyOf(classes);
  }

  /**
   * What a rule did.
   *
   * @param rule the rule
   * @param count packets and bytes
   */
  public record RuleCount(RuleName rule, Count count) {}

  /**
   * What a class did.
   *
   * @param device its device
   * @param id its name in the kernel
   * @param name its name in the policy
   * @param statistics what the kernel counted
   */
  public record ClassCount(String device, Handle id, String name, Statistics statistics) {}
}
