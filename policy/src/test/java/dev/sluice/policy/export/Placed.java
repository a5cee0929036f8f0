package dev.sluice.policy.export;

import dev.sluice.datapath.Datapath;
import dev.sluice.policy.Installation;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.spec.TrafficPolicy;
import java.util.List;

/** Puts a policy in place: the one spot that knows by what means. */
final class Placed implements AutoCloseable {
  private final Installation installation;

  private Placed(Installation installation) {
    this.installation = installation;
  }

  static Placed in(Datapath datapath, List<PolicyDocument> documents) {
    return new Placed(Installation.install(datapath, documents));
  }

  /** What each rule counted. */
  String counts() {
    return installation.counts().toString();
  }

  @Override
  public void close() {
    installation.close();
  }

  /** Reads what was written: a policy with comments. */
  static List<PolicyDocument> read(Exported exported) {
    return PolicyReader.parse("exported.yaml", exported.yaml());
  }

  static TrafficPolicy only(List<PolicyDocument> documents) {
    return documents.getFirst().policy();
  }
}
