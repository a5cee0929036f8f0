package dev.sluice.cli.policy;

import dev.sluice.cli.Session;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.policy.plan.PolicyState;
import java.util.List;

/** What policies do on this machine, for other commands. */
public final class LivePolicies {
  private LivePolicies() {}

  /** What became of each policy that was applied in the session's namespace. */
  public static List<PolicyState> read(Session session) {
    try (Host host = Host.of(session, AttachMode.AUTO)) {
      return host.states();
    }
  }
}
