package dev.sluice.policy.arrival;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.program.Program;

/** The links by which {@link Steering#program} is in ingress chains, kept by whoever applies. */
public interface SteeringLinks {
  /** Whether the program of this or an earlier run is in a device's chain. */
  boolean isAttached(Device device);

  /**
   * Puts the program at the tail of a device's ingress chain. What comes behind it there sees no
   * packet any more that it sends on.
   */
  void attach(Device device, Program program);

  /** Takes it out; does nothing if it is not in. */
  void detach(Device device);
}
