package dev.sluice.policy.plan;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Workload;
import java.util.List;

/** Finds the devices that lead to workloads. */
@FunctionalInterface
public interface Surroundings {
  /**
   * Finds a workload.
   *
   * @throws NotFound if its device, network namespace, process or container is not there
   * @throws InvalidInput if what the policy says of it is not enough to find it
   */
  Binding bind(Workload workload);

  /**
   * Where a workload is.
   *
   * @param device the device of this host that leads to it
   * @param addresses its addresses, as far as they are said or found
   */
  record Binding(String device, List<Prefix> addresses) {
    /** Copies the list. */
    public Binding {
      addresses = List.copyOf(addresses);
    }
  }
}
