package dev.sluice.cli.policy;

import dev.sluice.cli.Session;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.policy.plan.Intent;
import dev.sluice.policy.plan.Plan;
import dev.sluice.policy.plan.PolicyState;
import dev.sluice.policy.plan.Transition;
import dev.sluice.policy.step.Step;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What policies do on this machine, for other commands. */
public final class LivePolicies {
  private LivePolicies() {}

  /** What became of each policy that was applied in the session's namespace. */
  public static List<PolicyState> read(Session session) {
    try (Host host = Host.of(session, AttachMode.AUTO)) {
      return host.states();
    }
  }

  /**
   * What an apply would do that changes no policy.
   *
   * @param steps what is not as the policies that were applied want it, or is left of others
   * @param cutOff what somebody was cut off from applying; null if nobody was
   * @param blocked what is in the way; null if nothing is
   * @param masterless whether no policy is known any more that any of it may be of
   */
  public record Leftover(
      List<String> steps, @Nullable String cutOff, @Nullable String blocked, boolean masterless) {
    /** Copies the list. */
    public Leftover {
      steps = List.copyOf(steps);
    }

    /** Whether there is something to do. */
    public boolean isNothing() {
      return steps.isEmpty() && cutOff == null;
    }
  }

  /** What an apply would do that changes no policy. */
  public static Leftover leftover(Session session) {
    try (Host host = asApplied(session)) {
      Plan plan = host.transition(List.of(), Set.of()).plan();
      Intent intent = host.store().intent();
      return new Leftover(
          plan.steps().stream().map(Step::sentence).toList(),
          intent == null || intent.isUnderWay() ? null : intent.what(),
          plan.blocking().isEmpty() ? null : plan.blocking().getFirst().sentence(),
          intent == null && host.store().policies().isEmpty());
    }
  }

  /**
   * Makes all as the policies want it that were applied.
   *
   * @throws dev.sluice.cli.Refusal if something is in the way
   */
  public static void restore(Session session) {
    try (Host host = asApplied(session)) {
      Transition transition = host.transition(List.of(), Set.of());
      PlanPrinter.requireClear(transition.plan());
      if (!transition.isNothing()) {
        Transition.Done done = transition.run();
        PlanPrinter.requireDone(session, done.result());
        done.keep();
      }
    }
  }

  /** The host, with programs at the hook where they were put. */
  private static Host asApplied(Session session) {
    AttachMode mode;
    try (Host host = Host.of(session, AttachMode.AUTO)) {
      mode = host.store().policies().isEmpty() ? AttachMode.AUTO : host.store().inForce().mode();
    }
    return Host.of(session, mode);
  }
}
