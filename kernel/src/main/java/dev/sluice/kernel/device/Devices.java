package dev.sluice.kernel.device;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.netlink.Ack;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.EntryKey;
import dev.sluice.kernel.netlink.MessageHandler;
import dev.sluice.kernel.netlink.MessageReader;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import dev.sluice.kernel.netlink.NetlinkSocket;
import dev.sluice.kernel.netlink.Rtnetlink;
import dev.sluice.kernel.syscall.Fd;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network devices of a namespace ({@code net/core/rtnetlink.c}): lists them, and makes the
 * virtual ones, addresses, routes and neighbours that a test network consists of. Safe to use from
 * several threads.
 */
public final class Devices {
  static final int CREATE =
      NetlinkDescriptor.NLM_F_REQUEST
          | NetlinkDescriptor.NLM_F_ACK
          | NetlinkDescriptor.NLM_F_CREATE
          | NetlinkDescriptor.NLM_F_EXCL;
  static final int CHANGE = NetlinkDescriptor.NLM_F_REQUEST | NetlinkDescriptor.NLM_F_ACK;
  private static final int LONGEST_NAME = 15;

  private final Rtnetlink rtnetlink;

  /** The devices of the namespace that the sockets are in. */
  public Devices(Rtnetlink rtnetlink) {
    this.rtnetlink = rtnetlink;
  }

  /** All devices, in the order of their index. */
  public List<DeviceState> list() {
    Collector collector = new Collector();
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(
          NetlinkDescriptor.RTM_GETLINK,
          NetlinkDescriptor.NLM_F_REQUEST | NetlinkDescriptor.NLM_F_DUMP);
      link(request, 0, 0, 0);
      request.attribute32(DeviceDescriptor.IFLA_EXT_MASK, DeviceDescriptor.RTEXT_FILTER_SKIP_STATS);
      request.end();
      check("list devices", socket.dump("list devices", collector, collector));
    } finally {
      rtnetlink.give(socket);
    }
    collector.states.sort(Comparator.comparingInt(state -> state.device().index()));
    return collector.states;
  }

  /**
   * The device with a name, or an alternative name.
   *
   * @throws NotFound if there is none
   */
  public DeviceState get(String name) {
    DeviceState state = find(0, name);
    if (state == null) {
      throw new NotFound("device", name);
    }
    return state;
  }

  /**
   * The device with an index.
   *
   * @throws NotFound if there is none
   */
  public DeviceState get(int index) {
    DeviceState state = find(index, null);
    if (state == null) {
      throw new NotFound("device", "with index " + index);
    }
    return state;
  }

  /** The device with an index, null if there is none. */
  public @Nullable DeviceState find(int index) {
    return find(index, null);
  }

  private @Nullable DeviceState find(int index, @Nullable String name) {
    Collector collector = new Collector();
    NetlinkSocket socket = rtnetlink.take();
    Ack ack;
    try {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_GETLINK, NetlinkDescriptor.NLM_F_REQUEST);
      link(request, index, 0, 0);
      if (name != null) {
        request.attribute(
            name.length() > LONGEST_NAME
                ? DeviceDescriptor.IFLA_ALT_IFNAME
                : DeviceDescriptor.IFLA_IFNAME,
            name);
      }
      request.attribute32(DeviceDescriptor.IFLA_EXT_MASK, DeviceDescriptor.RTEXT_FILTER_SKIP_STATS);
      request.end();
      ack = socket.ask(collector);
    } finally {
      rtnetlink.give(socket);
    }
    // EINVAL: an empty name. ERANGE: one that is longer than any can be.
    if (ack.errno() == Errno.ENODEV.number()
        || (name != null
            && (ack.errno() == Errno.EINVAL.number() || ack.errno() == Errno.ERANGE.number()))) {
      return null;
    }
    check("ask about device " + (name == null ? "with index " + index : name), ack);
    return collector.states.isEmpty() ? null : collector.states.getFirst();
  }

  /**
   * The number that this namespace gives to another, as {@link DeviceState#linkNamespace} names it;
   * {@link DeviceState#HERE} if it gave none, for there is no device that leads there.
   */
  public int namespaceId(NetworkNamespace other) {
    int[] id = {DeviceState.HERE};
    NetlinkSocket socket = rtnetlink.take();
    try (Fd namespace = other.descriptor()) {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_GETNSID, NetlinkDescriptor.NLM_F_REQUEST);
      request.u8(0).u8(0).u16(0);
      request.attribute32(DeviceDescriptor.NETNSA_FD, namespace.number());
      request.end();
      check(
          "ask for the number of namespace " + other,
          socket.ask(
              (_, message) -> {
                Attributes attributes = message.attributes(DeviceDescriptor.NAMESPACE_LENGTH);
                while (attributes.next()) {
                  if (attributes.type() == DeviceDescriptor.NETNSA_NSID) {
                    id[0] = attributes.s32(0);
                  }
                }
              }));
    } finally {
      rtnetlink.give(socket);
    }
    return id[0];
  }

  /**
   * Makes a pair of devices that are each other's cable.
   *
   * @param name the name of the end here
   * @param peerName the name of the other end
   * @param peerNamespace where the other end goes; null for here
   * @return the end here
   */
  public Device createVeth(String name, String peerName, @Nullable NetworkNamespace peerNamespace) {
    return createPair("veth", DeviceDescriptor.VETH_INFO_PEER, name, peerName, peerNamespace);
  }

  /**
   * Makes a netkit pair in layer 2 mode, whose packets pass where no program is.
   *
   * @param name of the primary device, which is made here
   * @param peerName of the other
   * @param peerNamespace where the other is made; null for here
   */
  public Device createNetkit(
      String name, String peerName, @Nullable NetworkNamespace peerNamespace) {
    return createPair(
        "netkit", DeviceDescriptor.IFLA_NETKIT_PEER_INFO, name, peerName, peerNamespace);
  }

  private Device createPair(
      String kind,
      int peerAttribute,
      String name,
      String peerName,
      @Nullable NetworkNamespace peerNamespace) {
    String operation = "make %s %s with peer %s".formatted(kind, name, peerName);
    Fd namespace = peerNamespace == null ? null : peerNamespace.descriptor();
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      int info = beginLink(request, name, kind);
      int data = request.nest(DeviceDescriptor.IFLA_INFO_DATA);
      int peer = request.nest(peerAttribute);
      link(request, 0, 0, 0);
      request.attribute(DeviceDescriptor.IFLA_IFNAME, peerName);
      if (namespace != null) {
        request.attribute32(DeviceDescriptor.IFLA_NET_NS_FD, namespace.number());
      }
      request.endNest(peer);
      if (kind.equals("netkit")) {
        request.attribute32(DeviceDescriptor.IFLA_NETKIT_MODE, DeviceDescriptor.NETKIT_L2);
      }
      request.endNest(data);
      request.endNest(info);
      request.end();
      check(operation, socket.exchange());
    } finally {
      rtnetlink.give(socket);
      if (namespace != null) {
        namespace.close();
      }
    }
    return get(name).device();
  }

  /**
   * Makes a device of a kind that needs no more than its name: {@code dummy}, {@code ifb}, {@code
   * bridge}.
   */
  public Device create(String kind, String name) {
    return create(kind, name, 1);
  }

  /** Makes a device of such a kind that sends from several queues. */
  public Device create(String kind, String name, int transmitQueues) {
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      int info = beginLink(request, name, kind);
      request.endNest(info);
      request.attribute32(DeviceDescriptor.IFLA_NUM_TX_QUEUES, transmitQueues);
      request.end();
      check("make " + kind + " " + name, socket.exchange());
    } finally {
      rtnetlink.give(socket);
    }
    return get(name).device();
  }

  static int beginLink(MessageWriter request, String name, String kind) {
    request.begin(NetlinkDescriptor.RTM_NEWLINK, CREATE);
    link(request, 0, 0, 0);
    request.attribute(DeviceDescriptor.IFLA_IFNAME, name);
    int info = request.nest(DeviceDescriptor.IFLA_LINKINFO);
    request.attribute(DeviceDescriptor.IFLA_INFO_KIND, kind);
    return info;
  }

  /** Removes a device; with a veth, its other end goes too. */
  public void delete(Device device) {
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_DELLINK, CHANGE);
      link(request, device.index(), 0, 0);
      request.end();
      check("remove " + device, socket.exchange());
    } finally {
      rtnetlink.give(socket);
    }
  }

  /** Switches a device on or off. */
  public void setUp(Device device, boolean up) {
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_NEWLINK, CHANGE);
      link(request, device.index(), up ? DeviceDescriptor.IFF_UP : 0, DeviceDescriptor.IFF_UP);
      request.end();
      check("switch " + device + (up ? " on" : " off"), socket.exchange());
    } finally {
      rtnetlink.give(socket);
    }
  }

  /** Sets the longest packet that a device takes, in bytes. */
  public void setMtu(Device device, int mtu) {
    change(device, DeviceDescriptor.IFLA_MTU, mtu, "set the MTU of " + device + " to " + mtu);
  }

  /** Sets how many packets a FIFO on a device holds by default. */
  public void setTransmitQueueLength(Device device, int packets) {
    String operation = "set the transmit queue length of " + device + " to " + packets;
    change(device, DeviceDescriptor.IFLA_TXQLEN, packets, operation);
  }

  private void change(Device device, int attribute, int value, String operation) {
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_NEWLINK, CHANGE);
      link(request, device.index(), 0, 0);
      request.attribute32(attribute, value);
      request.end();
      check(operation, socket.exchange());
    } finally {
      rtnetlink.give(socket);
    }
  }

  /** Sets a device's link-layer address. */
  public void setAddress(Device device, Bytes address) {
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_NEWLINK, CHANGE);
      link(request, device.index(), 0, 0);
      request.attribute(DeviceDescriptor.IFLA_ADDRESS, address.toArray());
      request.end();
      check("set the address of " + device + " to " + address, socket.exchange());
    } finally {
      rtnetlink.give(socket);
    }
  }

  /**
   * Gives a device an address. An IPv6 one is usable at once, without asking the link whether
   * somebody has it.
   *
   * @param device the device
   * @param address the address
   * @param prefixLength bits of the network's part
   */
  public void addAddress(Device device, InetAddress address, int prefixLength) {
    byte[] bytes = address.getAddress();
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_NEWADDR, CREATE);
      request.u8(family(address)).u8(prefixLength).u8(DeviceDescriptor.IFA_F_NODAD).u8(0);
      request.u32(device.index());
      request.attribute(DeviceDescriptor.IFA_LOCAL, bytes);
      request.attribute(DeviceDescriptor.IFA_ADDRESS, bytes);
      request.end();
      check(
          "give " + device + " address " + address.getHostAddress() + "/" + prefixLength,
          socket.exchange());
    } finally {
      rtnetlink.give(socket);
    }
  }

  /** A device's own addresses, in the kernel's order. */
  public List<DeviceAddress> addresses(Device device) {
    return listAddresses(device);
  }

  /** The addresses of all devices, in the kernel's order. */
  public List<DeviceAddress> addresses() {
    return listAddresses(null);
  }

  private List<DeviceAddress> listAddresses(@Nullable Device device) {
    List<DeviceAddress> addresses = new ArrayList<>();
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(
          NetlinkDescriptor.RTM_GETADDR,
          NetlinkDescriptor.NLM_F_REQUEST | NetlinkDescriptor.NLM_F_DUMP);
      request.u8(0).u8(0).u8(0).u8(0).u32(0); // of all families and devices
      request.end();
      check(
          "list addresses",
          socket.dump(
              "list addresses",
              DeviceAddress::key,
              (_, message) -> DeviceAddress.read(message, device, addresses)));
    } finally {
      rtnetlink.give(socket);
    }
    return addresses;
  }

  /**
   * Adds a route.
   *
   * @param device the device that packets leave by
   * @param destination the network they go to
   * @param prefixLength bits of the network's part; 0 for the default route
   * @param gateway the router; null where the network is on the link
   */
  public void addRoute(
      Device device, InetAddress destination, int prefixLength, @Nullable InetAddress gateway) {
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(NetlinkDescriptor.RTM_NEWROUTE, CREATE);
      request.u8(family(destination)).u8(prefixLength).u8(0).u8(0);
      request.u8(DeviceDescriptor.RT_TABLE_MAIN).u8(DeviceDescriptor.RTPROT_STATIC);
      request.u8(
          gateway == null ? DeviceDescriptor.RT_SCOPE_LINK : DeviceDescriptor.RT_SCOPE_UNIVERSE);
      request.u8(DeviceDescriptor.RTN_UNICAST).u32(0);
      if (prefixLength > 0) {
        request.attribute(DeviceDescriptor.RTA_DST, destination.getAddress());
      }
      if (gateway != null) {
        request.attribute(DeviceDescriptor.RTA_GATEWAY, gateway.getAddress());
      }
      request.attribute32(DeviceDescriptor.RTA_OIF, device.index());
      request.end();
      check(
          "add a route to " + destination.getHostAddress() + "/" + prefixLength + " by " + device,
          socket.exchange());
    } finally {
      rtnetlink.give(socket);
    }
  }

  /** Tells a device once and for all which link-layer address an address on its link has. */
  public void addNeighbour(Device device, InetAddress address, Bytes linkLayerAddress) {
    NetlinkSocket socket = rtnetlink.take();
    try {
      MessageWriter request = socket.writer();
      request.begin(
          NetlinkDescriptor.RTM_NEWNEIGH,
          CHANGE | NetlinkDescriptor.NLM_F_CREATE | NetlinkDescriptor.NLM_F_REPLACE);
      request.u8(family(address)).u8(0).u16(0).u32(device.index());
      request.u16(DeviceDescriptor.NUD_PERMANENT).u8(0).u8(0);
      request.attribute(DeviceDescriptor.NDA_DST, address.getAddress());
      request.attribute(DeviceDescriptor.NDA_LLADDR, linkLayerAddress.toArray());
      request.end();
      check("tell " + device + " the neighbour " + address.getHostAddress(), socket.exchange());
    } finally {
      rtnetlink.give(socket);
    }
  }

  private static int family(InetAddress address) {
    return address instanceof Inet4Address ? DeviceDescriptor.AF_INET : DeviceDescriptor.AF_INET6;
  }

  static void link(MessageWriter request, int index, int flags, int change) {
    request.u8(0).u8(0).u16(0).u32(index).u32(flags).u32(change);
  }

  static void check(String operation, Ack ack) {
    if (ack.isDone()) {
      return;
    }
    if (ack.errno() == Errno.EPERM.number()) {
      throw new NotPermitted(operation, "CAP_NET_ADMIN");
    }
    throw new KernelRejected(operation, ack.errno(), ack.message(), null);
  }

  /** Gathers states. */
  private static final class Collector implements MessageHandler, EntryKey {
    private final List<DeviceState> states = new ArrayList<>(1);

    @Override
    public void message(int request, MessageReader message) {
      DeviceState state =
          message.type() == NetlinkDescriptor.RTM_NEWLINK ? DeviceState.read(message) : null;
      if (state != null) {
        states.add(state);
      }
    }

    @Override
    public long of(MessageReader message) {
      return message.s32(DeviceDescriptor.LINK_INDEX);
    }
  }
}
