package dev.sluice.policy.plan;

/**
 * Something to know before a plan is run.
 *
 * @param blocking whether the plan cannot be run because of it: something of somebody else's is in
 *     the way
 * @param policy the policy it is about; empty where it is about none
 * @param device the device it is about; empty where it is about none
 * @param sentence what it is, and what can be done
 */
public record PlanFinding(boolean blocking, String policy, String device, String sentence) {
  /** A warning. */
  public static PlanFinding warning(String device, String sentence) {
    return new PlanFinding(false, "", device, sentence);
  }

  /** A warning about a policy. */
  static PlanFinding ofPolicy(String policy, String sentence) {
    return new PlanFinding(false, policy, "", "policy " + policy + ": " + sentence);
  }

  /** A warning about a policy whose sentence says where in it. */
  static PlanFinding placed(String policy, String sentence) {
    return new PlanFinding(false, policy, "", sentence);
  }

  /** Something that is in the way. */
  public static PlanFinding blocking(String device, String sentence) {
    return new PlanFinding(true, "", device, sentence);
  }
}
