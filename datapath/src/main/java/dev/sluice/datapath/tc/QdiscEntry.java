package dev.sluice.datapath.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;

/**
 * A qdisc that is there.
 *
 * @param device its device
 * @param handle its name; 0 for one that the kernel made by itself
 * @param parent what it hangs from: a class, {@link Handle#ROOT} or {@link Handle#CLSACT}
 * @param references how many hold it
 * @param offloaded whether the device does the work
 * @param ingressBlock the shared filter block of arriving packets; 0 for none
 * @param egressBlock the shared filter block of leaving packets; 0 for none
 * @param qdisc its kind and options
 * @param statistics its counters
 */
public record QdiscEntry(
    Device device,
    Handle handle,
    Handle parent,
    int references,
    boolean offloaded,
    int ingressBlock,
    int egressBlock,
    Qdisc qdisc,
    Statistics statistics) {
  /** Whether it is the device's root qdisc. */
  public boolean isRoot() {
    return parent.equals(Handle.ROOT);
  }

  /** Whether the kernel made it by itself, and so replaces it without being asked. */
  public boolean isDefault() {
    return handle.isUnspecified();
  }
}
