package dev.sluice.policy.plan;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Workload;
import java.util.List;

/** Finds the devices that lead to workloads. */
@FunctionalInterface
public interface Surroundings {
  /** Takes what policies say for all there is to know: nothing is looked for. */
  Surroundings SAID =
      workload -> {
        if (workload.device() == null) {
          throw new InvalidInput(
              "workload " + workload.name(),
              0,
              0,
              "expected its device here: it is not looked for by netns, pid or container");
        }
        return new Binding(workload.device(), workload.addresses());
      };

  /**
   * Finds a workload.
   *
   * @throws NotFound if its device, network namespace, process or container is not there
   * @throws InvalidInput if what the policy says of it is not enough to find it
   */
  Binding bind(Workload workload);

  /** Addresses of this host, which its workloads can always talk with; none where not known. */
  default List<Prefix> hostAddresses() {
    return List.of();
  }

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
