package dev.sluice.policy.queue;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;

/**
 * A root qdisc that somebody else made, where a policy wants its own.
 *
 * @param device its device
 * @param kind its kind
 * @param handle its name
 */
public record ForeignQueue(Device device, String kind, Handle handle) {
  /** The command that makes room. */
  public String command() {
    return "tc qdisc del dev " + device + " root";
  }

  @Override
  public String toString() {
    return "device "
        + device
        + " has a "
        + kind
        + " qdisc "
        + handle
        + " that somebody else made. Delete it with `"
        + command()
        + "`";
  }
}
