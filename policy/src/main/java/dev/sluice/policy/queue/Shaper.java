package dev.sluice.policy.queue;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.policy.spec.Shaping.Shape;

/** A {@link Shape} as TBF has it. */
public final class Shaper {
  private Shaper() {}

  /** What makes it on a device that has no root qdisc of anybody's. */
  public static Change change(Device device, Shape shape) {
    return Change.OfQdisc.add(
        device,
        Handle.ROOT,
        Owner.ROOT,
        Tbf.of(
            shape.rate(),
            QueueDefaults.burst(shape.rate(), shape.burst()),
            QueueDefaults.microseconds(shape.queue())));
  }
}
