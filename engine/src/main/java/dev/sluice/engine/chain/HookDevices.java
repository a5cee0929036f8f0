package dev.sluice.engine.chain;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import org.jspecify.annotations.Nullable;

/** The devices of a host that are there now. Asked with the machine's monitor held. */
@FunctionalInterface
public interface HookDevices {
  /** The device with an index; null if there is none, or none any more. */
  @Nullable HookDevice find(int index);

  /**
   * A device that was there.
   *
   * @param operation what messages call what is done there
   * @throws KernelRejected {@code ENODEV} if it is gone
   */
  default HookDevice require(Device device, String operation) {
    HookDevice found = find(device.index());
    if (found == null) {
      throw new KernelRejected(
          operation,
          Errno.ENODEV.number(),
          null,
          "device %s (index %d) is gone".formatted(device, device.index()));
    }
    return found;
  }
}
