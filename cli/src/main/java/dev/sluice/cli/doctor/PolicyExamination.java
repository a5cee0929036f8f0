package dev.sluice.cli.doctor;

import dev.sluice.cli.policy.LivePolicies;
import dev.sluice.policy.plan.PolicyState;
import dev.sluice.policy.spec.Status;
import java.util.ArrayList;
import java.util.List;

/** Compares the policies of the namespace with what is there, and looks for what none wants. */
final class PolicyExamination implements Examination {
  private static final String AGAIN = "sluice apply -f FILE, with the policy as it is to be";

  @Override
  public List<Finding> findings(Scope scope) {
    List<Finding> findings = new ArrayList<>();
    if (!scope.isEverything()) {
      return findings; // policies go over several devices
    }
    LivePolicies.Leftover leftover = LivePolicies.leftover(scope.session());
    if (!leftover.isNothing()) {
      findings.add(leftover(scope, leftover));
    }
    for (PolicyState state : LivePolicies.read(scope.session())) {
      if (state.status().phase() != Status.Phase.APPLIED) {
        for (String finding : state.status().findings()) {
          if (leftover.steps().stream().noneMatch(finding::endsWith)) {
            findings.add(new Finding(Check.POLICY_DRIFT, state.name(), finding, AGAIN));
          }
        }
      }
    }
    return findings;
  }

  private static Finding leftover(Scope scope, LivePolicies.Leftover leftover) {
    List<String> problems = new ArrayList<>();
    if (leftover.cutOff() != null) {
      problems.add("somebody was cut off while applying " + leftover.cutOff());
    }
    leftover.steps().forEach(step -> problems.add("to do: " + step));
    if (leftover.masterless()) {
      // Where the state was lost, what still filters must not stop unasked.
      return new Finding(
          Check.POLICY_DRIFT,
          "policies",
          "no policy is known that this is of: " + String.join("; ", problems),
          "sluice apply -f FILE of the policy takes it over; sluice delete then removes it");
    }
    return leftover.blocked() == null
        ? new Finding(
            Check.POLICY_DRIFT,
            "policies",
            String.join("; ", problems),
            "sluice apply -f FILE of any of them",
            () -> LivePolicies.restore(scope.session()))
        : new Finding(
            Check.POLICY_DRIFT,
            "policies",
            String.join("; ", problems),
            "sluice apply -f FILE of any of them, when this is out of the way: "
                + leftover.blocked());
  }
}
