package dev.sluice.kernel.device;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Intermediate;
import dev.sluice.datapath.Intermediates;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.kernel.netlink.Ack;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import dev.sluice.kernel.netlink.NetlinkSocket;
import dev.sluice.kernel.netlink.Rtnetlink;
import java.util.ArrayList;
import java.util.List;

/** The {@code ifb} devices of a namespace. */
public final class KernelIntermediates implements Intermediates {
  private static final String KIND = "ifb";

  /** As other devices have it; an {@code ifb} has 32 by itself. */
  private static final int TRANSMIT_QUEUE_LENGTH = 1000;

  private final Rtnetlink rtnetlink;
  private final Devices devices;

  /** Those of the namespace that the sockets are in. */
  public KernelIntermediates(Rtnetlink rtnetlink, Devices devices) {
    this.rtnetlink = rtnetlink;
    this.devices = devices;
  }

  /**
   * Makes it with its group, which is one request, so that no one ever finds it without. What the
   * kernel takes only of a device that is there follows.
   */
  @Override
  public Device create(String name, int group) {
    Intermediates.requireName(name);
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      int info = Devices.beginLink(request, name, KIND);
      request.endNest(info);
      request.attribute32(DeviceDescriptor.IFLA_NUM_TX_QUEUES, 1);
      request.attribute32(DeviceDescriptor.IFLA_TXQLEN, TRANSMIT_QUEUE_LENGTH);
      request.attribute32(DeviceDescriptor.IFLA_GROUP, group);
      request.end();
      Devices.check("make " + KIND + " " + name, socket.exchange());
    } finally {
      rtnetlink.give(socket);
    }
    Device device = devices.get(name).device();
    try {
      withoutAddresses(device);
      devices.setUp(device, true);
    } catch (RuntimeException e) {
      devices.delete(device);
      throw e;
    }
    return device;
  }

  /** Before it is up, so that IPv6 does not speak on it: an {@code ifb} drops what it is told. */
  private void withoutAddresses(Device device) {
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_NEWLINK, Devices.CHANGE);
      Devices.link(request, device.index(), 0, 0);
      int families = request.nest(DeviceDescriptor.IFLA_AF_SPEC);
      int family = request.nest(DeviceDescriptor.AF_INET6);
      request.attribute8(
          DeviceDescriptor.IFLA_INET6_ADDR_GEN_MODE, DeviceDescriptor.IN6_ADDR_GEN_MODE_NONE);
      request.endNest(family);
      request.endNest(families);
      request.end();
      Ack ack = socket.exchange();
      // Where there is no IPv6, or none on this device, there is nothing to be said to it.
      if (ack.errno() != Errno.EAFNOSUPPORT.number()) {
        Devices.check("keep addresses from " + device, ack);
      }
    } finally {
      rtnetlink.give(socket);
    }
  }

  @Override
  public void delete(Device device) {
    DeviceState state = devices.find(device.index());
    if (state == null || !state.kind().equals(KIND)) {
      throw new NotFound(KIND, device.name());
    }
    try {
      devices.delete(device);
    } catch (KernelRejected e) {
      if (e.is(Errno.ENODEV)) {
        throw new NotFound(KIND, device.name(), e.kernelText());
      }
      throw e;
    }
  }

  @Override
  public List<Intermediate> list() {
    List<Intermediate> found = new ArrayList<>();
    for (DeviceState state : devices.list()) {
      if (state.kind().equals(KIND)) {
        found.add(new Intermediate(state.device(), state.group(), state.up()));
      }
    }
    return found;
  }
}
