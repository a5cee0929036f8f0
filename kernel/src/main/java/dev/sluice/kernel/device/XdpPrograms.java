package dev.sluice.kernel.device;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.kernel.netlink.Ack;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.MessageReader;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import dev.sluice.kernel.netlink.NetlinkSocket;
import dev.sluice.kernel.netlink.Rtnetlink;

/**
 * The XDP programs of devices, as rtnetlink tells and sets them ({@code rtnl_xdp_fill} and {@code
 * do_setlink} in {@code net/core/rtnetlink.c}, {@code dev_xdp_attach} in {@code net/core/dev.c}).
 */
public final class XdpPrograms {
  private static final int NONE = -1;

  private final Rtnetlink rtnetlink;

  /** Those of the namespace that the sockets are in. */
  public XdpPrograms(Rtnetlink rtnetlink) {
    this.rtnetlink = rtnetlink;
  }

  /**
   * The programs of a device, by who runs them.
   *
   * @param nativeId the number of the driver's program; 0 for none
   * @param genericId the number of the stack's program; 0 for none
   * @param offloadedId the number of the hardware's program; 0 for none
   */
  public record Attached(int nativeId, int genericId, int offloadedId) {}

  /**
   * The programs of a device.
   *
   * @throws KernelRejected {@code ENODEV} if it is gone
   */
  public Attached of(Device device) {
    Attached[] found = {new Attached(0, 0, 0)};
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_GETLINK, NetlinkDescriptor.NLM_F_REQUEST);
      Devices.link(request, device.index(), 0, 0);
      request.attribute32(DeviceDescriptor.IFLA_EXT_MASK, DeviceDescriptor.RTEXT_FILTER_SKIP_STATS);
      request.end();
      Ack ack = socket.ask((_, message) -> found[0] = read(message));
      Devices.check("query xdp:" + device, ack);
    } finally {
      rtnetlink.give(socket);
    }
    return found[0];
  }

  private static Attached read(MessageReader message) {
    Attributes attributes = message.attributes(DeviceDescriptor.LINK_LENGTH);
    while (attributes.next()) {
      if (attributes.type() == DeviceDescriptor.IFLA_XDP) {
        return read(attributes.nested());
      }
    }
    return new Attached(0, 0, 0);
  }

  private static Attached read(Attributes xdp) {
    int nativeId = 0;
    int genericId = 0;
    int offloadedId = 0;
    while (xdp.next()) {
      switch (xdp.type()) {
        case DeviceDescriptor.IFLA_XDP_DRV_PROG_ID -> nativeId = xdp.s32(0);
        case DeviceDescriptor.IFLA_XDP_SKB_PROG_ID -> genericId = xdp.s32(0);
        case DeviceDescriptor.IFLA_XDP_HW_PROG_ID -> offloadedId = xdp.s32(0);
        default -> {}
      }
    }
    return new Attached(nativeId, genericId, offloadedId);
  }

  /**
   * Puts a program at a device where there is none.
   *
   * @param fd the program's descriptor
   * @param modeFlags {@code XDP_FLAGS_*_MODE}
   * @return the kernel's answer
   */
  public Ack attach(Device device, int fd, int modeFlags) {
    return set(device, fd, NONE, modeFlags | DeviceDescriptor.XDP_FLAGS_UPDATE_IF_NOEXIST);
  }

  /**
   * Puts a program in the place of another.
   *
   * @param fd the program's descriptor; negative to take the other out
   * @param expectedFd the descriptor of the program that must be there
   * @param modeFlags {@code XDP_FLAGS_*_MODE}
   * @return the kernel's answer
   */
  public Ack replace(Device device, int fd, int expectedFd, int modeFlags) {
    return set(device, fd, expectedFd, modeFlags | DeviceDescriptor.XDP_FLAGS_REPLACE);
  }

  private Ack set(Device device, int fd, int expectedFd, int flags) {
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_SETLINK, Devices.CHANGE);
      Devices.link(request, device.index(), 0, 0);
      int xdp = request.nest(DeviceDescriptor.IFLA_XDP);
      request.attribute32(DeviceDescriptor.IFLA_XDP_FD, fd);
      request.attribute32(DeviceDescriptor.IFLA_XDP_FLAGS, flags);
      if (expectedFd >= 0) {
        request.attribute32(DeviceDescriptor.IFLA_XDP_EXPECTED_FD, expectedFd);
      }
      request.endNest(xdp);
      request.end();
      return socket.exchange();
    } finally {
      rtnetlink.give(socket);
    }
  }
}
