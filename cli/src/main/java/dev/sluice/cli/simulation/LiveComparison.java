package dev.sluice.cli.simulation;

import dev.sluice.cli.Session;
import dev.sluice.cli.policy.LivePolicies;
import dev.sluice.datapath.NotFound;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.plan.PolicyState;
import dev.sluice.policy.plan.PolicyState.ClassCount;
import dev.sluice.policy.plan.PolicyState.RuleCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What rules and classes do on this machine, beside what they did in a trial. */
final class LiveComparison {
  private static final String SENT = "sent";

  private record Key(String where, String name, String did) {}

  private record Counted(long packets, long bytes) {}

  private final Map<Key, Counted> before;
  private final Map<Key, Counted> after;
  private final long nanoseconds;

  private LiveComparison(Map<Key, Counted> before, Map<Key, Counted> after, long nanoseconds) {
    this.before = before;
    this.after = after;
    this.nanoseconds = nanoseconds;
  }

  /**
   * Watches this machine for a while.
   *
   * @throws NotFound if one of the policies was not applied here
   */
  static LiveComparison watch(Session session, List<PolicyDocument> policies, Duration time) {
    Map<Key, Counted> before = read(session, policies);
    long begin = System.nanoTime();
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long nanoseconds = System.nanoTime() - begin;
    return new LiveComparison(before, read(session, policies), nanoseconds);
  }

  private static Map<Key, Counted> read(Session session, List<PolicyDocument> policies) {
    Set<String> missing = new HashSet<>();
    policies.forEach(document -> missing.add(document.policy().metadata().name()));
    Map<Key, Counted> counted = new HashMap<>();
    for (PolicyState state : LivePolicies.read(session)) {
      missing.remove(state.name());
      for (RuleCount one : state.rules()) {
        counted.put(
            new Key(one.rule().policy(), one.rule().name(), one.rule().kind().text()),
            new Counted(one.count().packets(), one.count().bytes()));
      }
      for (ClassCount one : state.classes()) {
        counted.put(
            new Key(one.device(), one.id() + " " + one.name(), SENT),
            new Counted(one.statistics().packets(), one.statistics().bytes()));
      }
    }
    for (String name : missing) {
      throw new NotFound("policy that was applied here", name);
    }
    return counted;
  }

  /** Beside an outcome. */
  Outcome beside(Outcome outcome) {
    List<Outcome.Compared> compared = new ArrayList<>();
    for (Outcome.Rule rule : outcome.rules()) {
      if (!rule.policy().isEmpty()) {
        compared.add(compared(rule.policy(), rule.name(), rule.kind(), rule.counted()));
      }
    }
    for (Outcome.Device device : outcome.devices()) {
      for (Outcome.TrafficClass one : device.classes()) {
        Key key = new Key(device.name(), one.id(), SENT);
        if (after.containsKey(key)) {
          compared.add(compared(device.name(), one.id(), SENT, one.sent()));
        }
      }
    }
    return outcome.comparedWith(compared);
  }

  private Outcome.Compared compared(
      String where, String name, String did, Outcome.Amount predicted) {
    Key key = new Key(where, name, did);
    Counted none = new Counted(0, 0);
    Counted first = before.getOrDefault(key, none);
    Counted last = after.getOrDefault(key, none);
    // Whoever applied something meanwhile began to count anew.
    boolean anew = last.packets() < first.packets();
    long packets = last.packets() - (anew ? 0 : first.packets());
    long bytes = last.bytes() - (anew ? 0 : first.bytes());
    return new Outcome.Compared(
        where, name, did, predicted, Outcome.Amount.of(packets, bytes, nanoseconds));
  }
}
