package dev.sluice.policy.rule;

import dev.sluice.datapath.Device;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Workload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workload with where it is.
 *
 * @param workload what the policy says of it
 * @param device the device of this host that leads to it; null if it is gone
 * @param addresses its addresses
 */
public record BoundWorkload(Workload workload, @Nullable Device device, List<Prefix> addresses) {
  /** Copies the list. */
  public BoundWorkload {
    addresses = List.copyOf(addresses);
  }
}
