package dev.sluice.kernel.device;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.EntryKey;
import dev.sluice.kernel.netlink.MessageReader;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import dev.sluice.kernel.netlink.NetlinkFormatException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An address of a device.
 *
 * @param address the address
 * @param prefixLength bits of the network's part
 */
public record DeviceAddress(InetAddress address, int prefixLength) {
  /** Reads an {@code RTM_NEWADDR}, and adds it if it is an address of a device; null for any. */
  static void read(MessageReader message, @Nullable Device device, List<DeviceAddress> addresses) {
    Bytes bytes = own(message);
    if (bytes == null
        || (device != null && message.s32(DeviceDescriptor.ADDRESS_DEVICE) != device.index())) {
      return;
    }
    try {
      addresses.add(
          new DeviceAddress(
              InetAddress.getByAddress(bytes.toArray()),
              message.u8(DeviceDescriptor.ADDRESS_PREFIX_LENGTH)));
    } catch (UnknownHostException e) {
      throw new NetlinkFormatException("an address has " + bytes.length() + " bytes");
    }
  }

  /** The address on this side: of a link with two ends, {@code IFA_ADDRESS} is the other one. */
  private static @Nullable Bytes own(MessageReader message) {
    if (message.type() != NetlinkDescriptor.RTM_NEWADDR) {
      return null;
    }
    Bytes local = null;
    Bytes address = null;
    Attributes attributes = message.attributes(DeviceDescriptor.ADDRESS_LENGTH);
    while (attributes.next()) {
      switch (attributes.type()) {
        case DeviceDescriptor.IFA_LOCAL -> local = attributes.bytes();
        case DeviceDescriptor.IFA_ADDRESS -> address = attributes.bytes();
        default -> {}
      }
    }
    return local == null ? address : local;
  }

  /** Tells addresses of a listing apart. */
  static long key(MessageReader message) {
    long key =
        EntryKey.mix(
            message.s32(DeviceDescriptor.ADDRESS_DEVICE),
            message.u8(DeviceDescriptor.ADDRESS_PREFIX_LENGTH));
    return EntryKey.mix(key, Objects.hashCode(own(message)));
  }
}
