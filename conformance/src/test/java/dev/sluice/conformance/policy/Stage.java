package dev.sluice.conformance.policy;

import dev.sluice.datapath.Datapath;
import dev.sluice.packet.IpAddress;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.plan.Installation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A host that forwards. By its {@code eth0} it reaches the outside, and by {@code veth-NAME} each
 * workload: the first has the addresses 10.0.0.10 and fd00::10, the second 10.0.0.11 and fd00::11,
 * and so on; all others are outside.
 */
interface Stage extends AutoCloseable {
  /** Who is at the other end of {@code eth0}. */
  String OUTSIDE = "outside";

  /** Number of the first workload's address. */
  int FIRST = 10;

  /** The host, where policies are put in place. */
  Datapath datapath();

  /** Who is reached by an address. */
  default String placeOf(IpAddress address, List<String> workloads) {
    for (int i = 0; i < workloads.size(); i++) {
      int number = FIRST + i;
      if (address.equals(IpAddress.parse("10.0.0." + number))
          || address.equals(IpAddress.parse("fd00::" + number))) {
        return workloads.get(i);
      }
    }
    return OUTSIDE;
  }

  /** Sends one packet, and says whether it came to whom it is for. */
  boolean delivers(Probe probe);

  /**
   * Has flows run together, and measures when they have run for a while.
   *
   * @return by name, Mbit/s that arrived, counted as whole frames
   */
  Map<String, Double> measure(List<TestFlow> flows, double seconds);

  @Override
  void close();

  /** Puts the policies of a file in place. */
  static Installation putInPlace(Stage stage, Path policy) {
    return Installation.install(stage.datapath(), PolicyReader.read(policy));
  }
}
