package dev.sluice.datapath.chain.classic;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The clsact qdiscs of a namespace: makes them where programs are attached at the classic hook,
 * remembers which ones it made, and takes those away again once no filter is left.
 *
 * <p>A qdisc that was there before is never removed. Between looking for filters and removing the
 * qdisc somebody may add one, which then goes with it: the kernel has no removal on condition.
 */
final class ClsactQdiscs {
  private final Supplier<TrafficControl> trafficControl;
  private final Set<Integer> madeAt = new HashSet<>();

  ClsactQdiscs(Supplier<TrafficControl> trafficControl) {
    this.trafficControl = trafficControl;
  }

  TrafficControl trafficControl() {
    return trafficControl.get();
  }

  /** Where the filters of a direction hang. */
  static Handle parent(Direction direction) {
    return switch (direction) {
      case INGRESS -> Handle.CLSACT_INGRESS;
      case EGRESS -> Handle.CLSACT_EGRESS;
    };
  }

  /**
   * Makes a device's clsact qdisc if it has none.
   *
   * @throws KernelRejected {@code EEXIST} if an ingress qdisc is in its place and has no filters
   *     for this direction
   */
  synchronized void ensure(String operation, Device device, Direction direction) {
    Qdisc present = present(device);
    if (present instanceof Qdisc.Clsact) {
      return;
    }
    if (present != null) {
      // An ingress qdisc takes filters for arriving packets under the same parent.
      if (direction == Direction.INGRESS) {
        return;
      }
      throw new KernelRejected(
          operation,
          Errno.EEXIST.number(),
          null,
          device
              + " has a qdisc "
              + present.kind()
              + " where clsact would go, and that one has no filters for "
              + direction);
    }
    trafficControl()
        .apply(Change.OfQdisc.add(device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
    madeAt.add(device.index());
  }

  private @Nullable Qdisc present(Device device) {
    for (QdiscEntry entry : trafficControl().qdiscs(device)) {
      if (entry.parent().equals(Handle.CLSACT)) {
        return entry.qdisc();
      }
    }
    return null;
  }

  /** Removes a device's clsact qdisc if it was made here and has no filter left. */
  synchronized void release(Device device) {
    if (!madeAt.contains(device.index())) {
      return;
    }
    try {
      if (isUsed(device, Handle.CLSACT_INGRESS) || isUsed(device, Handle.CLSACT_EGRESS)) {
        return;
      }
      trafficControl().apply(Change.OfQdisc.delete(device, Handle.CLSACT));
    } catch (SluiceException e) {
      if (isThere(device)) {
        throw e;
      }
      // The device or the qdisc went by itself.
    }
    madeAt.remove(device.index());
  }

  private boolean isThere(Device device) {
    try {
      return present(device) != null;
    } catch (NotFound _) {
      return false;
    }
  }

  private boolean isUsed(Device device, Handle parent) {
    for (FilterEntry entry : trafficControl().filters(device, parent)) {
      if (entry.filter() != null) {
        return true;
      }
    }
    return false;
  }
}
