package dev.sluice.kernel.device;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.MessageReader;
import dev.sluice.kernel.netlink.NetlinkFormatException;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel tells of a device.
 *
 * @param device its index and name
 * @param kind its kind as {@code ip link} spells it: {@code veth}, {@code ifb}; empty for hardware
 *     and the loopback device
 * @param up whether it is switched on
 * @param running whether it is also connected
 * @param mtu the longest packet it takes, in bytes, without the link layer's header
 * @param transmitQueueLength packets that a FIFO on it holds by default
 * @param transmitQueues how many queues it sends from
 * @param address its link-layer address; empty where it has none
 * @param masterIndex the index of the bridge or bond that it belongs to; 0 for none
 * @param group the device group that it is in; 0 where nobody gave it one
 * @param linkIndex the index of its other end, in that end's namespace; 0 for none
 * @param linkNamespace the number that this namespace gives to that of its other end, as {@link
 *     Devices#namespaceId} tells it; {@link #HERE} where that is in this one, or there is none
 * @param qdisc the kind of its root qdisc; empty where not told
 */
public record DeviceState(
    Device device,
    String kind,
    boolean up,
    boolean running,
    int mtu,
    int transmitQueueLength,
    int transmitQueues,
    Bytes address,
    int masterIndex,
    int group,
    int linkIndex,
    int linkNamespace,
    String qdisc) {
  /** The {@link #linkNamespace} of what leads nowhere else. */
  public static final int HERE = -1;

  private static final int LONGEST_NAME = 15;

  /** Reads an {@code RTM_NEWLINK}; null if it names no device. */
  static @Nullable DeviceState read(MessageReader message) {
    int index = message.s32(DeviceDescriptor.LINK_INDEX);
    int flags = message.s32(DeviceDescriptor.LINK_FLAGS);
    String name = "";
    String kind = "";
    int mtu = 0;
    int queueLength = 0;
    int queues = 1;
    Bytes address = Bytes.EMPTY;
    int master = 0;
    int group = 0;
    int link = 0;
    int linkNamespace = HERE;
    String qdisc = "";
    Attributes attributes = message.attributes(DeviceDescriptor.LINK_LENGTH);
    while (attributes.next()) {
      switch (attributes.type()) {
        case DeviceDescriptor.IFLA_IFNAME -> name = attributes.string();
        case DeviceDescriptor.IFLA_MTU -> mtu = attributes.s32(0);
        case DeviceDescriptor.IFLA_TXQLEN -> queueLength = attributes.s32(0);
        case DeviceDescriptor.IFLA_NUM_TX_QUEUES -> queues = attributes.s32(0);
        case DeviceDescriptor.IFLA_ADDRESS -> address = attributes.bytes();
        case DeviceDescriptor.IFLA_MASTER -> master = attributes.s32(0);
        case DeviceDescriptor.IFLA_GROUP -> group = attributes.s32(0);
        case DeviceDescriptor.IFLA_LINK -> link = attributes.s32(0);
        case DeviceDescriptor.IFLA_LINK_NETNSID -> linkNamespace = attributes.s32(0);
        case DeviceDescriptor.IFLA_QDISC -> qdisc = attributes.string();
        case DeviceDescriptor.IFLA_LINKINFO -> kind = kind(attributes.nested());
        default -> {}
      }
    }
    if (index < 1 || name.isEmpty()) {
      return null;
    }
    if (name.length() > LONGEST_NAME) {
      throw new NetlinkFormatException(
          "a device is called \"" + name + "\"; expected at most 15 characters");
    }
    return new DeviceState(
        new Device(index, name),
        kind,
        (flags & DeviceDescriptor.IFF_UP) != 0,
        (flags & DeviceDescriptor.IFF_RUNNING) != 0,
        mtu,
        queueLength,
        queues,
        address,
        master,
        group,
        link,
        linkNamespace,
        qdisc);
  }

  private static String kind(Attributes info) {
    while (info.next()) {
      if (info.type() == DeviceDescriptor.IFLA_INFO_KIND) {
        return info.string();
      }
    }
    return "";
  }
}
