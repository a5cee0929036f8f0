package dev.sluice.policy.export;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.plan.Installation;
import java.util.List;
import java.util.Map;

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

  /** What the classes of a device are called, by their handles. */
  Map<Handle, String> classNames(Device device) {
    return installation.classNames(device);
  }

  @Override
  public void close() {
    installation.close();
  }

  /** Reads what was written: a policy with comments. */
  static List<PolicyDocument> read(Exported exported) {
    return PolicyReader.parse("exported.yaml", exported.yaml());
  }
}
