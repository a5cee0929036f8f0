package dev.sluice.cli.chain;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The hooks that a device can have. */
public final class DeviceHooks {
  private DeviceHooks() {}

  /** All of them, in the order in which packets meet them. */
  public static List<AttachPoint> of(Device device) {
    List<AttachPoint> hooks = new ArrayList<>();
    hooks.add(new AttachPoint.Xdp(device));
    for (AttachPoint.Netkit.Side side : AttachPoint.Netkit.Side.values()) {
      hooks.add(new AttachPoint.Netkit(device, side));
    }
    for (Direction direction : Direction.values()) {
      hooks.add(new AttachPoint.Tcx(device, direction));
      hooks.add(new AttachPoint.Clsact(device, direction));
    }
    return hooks;
  }

  /** What is seen at a device that nobody asked for; something else if it goes while we look. */
  public static <T> T unlessGone(Supplier<T> look, T otherwise) {
    try {
      return look.get();
    } catch (NotFound _) {
      return otherwise;
    } catch (KernelRejected e) {
      if (e.is(Errno.ENODEV)) {
        return otherwise;
      }
      throw e;
    }
  }

  /** The chain as it is now; a hook that is named is meant. */
  public static ChainState query(Datapath datapath, AttachPoint at) {
    return datapath.chain(at, AttachMode.exactly(at.hook())).query();
  }

  /** The chain as it is now; null where this device or datapath has no such hook. */
  public static @Nullable ChainState find(Datapath datapath, AttachPoint at) {
    try {
      return query(datapath, at);
    } catch (Unsupported e) {
      return null;
    } catch (KernelRejected e) {
      if (at instanceof AttachPoint.Netkit && !e.is(Errno.EPERM) && !e.is(Errno.ENODEV)) {
        return null;
      }
      throw e;
    }
  }
}
