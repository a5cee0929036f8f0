package dev.sluice.engine.net;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.engine.chain.HookDevice;
import dev.sluice.engine.chain.NetkitHook;
import dev.sluice.engine.chain.TcxHook;
import dev.sluice.engine.chain.XdpHook;
import dev.sluice.engine.filter.ClassBinder;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.sched.Noqueue;
import dev.sluice.engine.sched.PfifoFast;
import dev.sluice.engine.sched.QueueDiscipline;
import dev.sluice.engine.sched.QueueHost;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.tc.QueueDevice;
import dev.sluice.engine.tc.QueueTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network device: one end of a wire, with hooks in both directions and a root qdisc.
 *
 * <p>A packet that leaves passes the TCX chain, the filters of clsact, the root qdisc, and the
 * wire; one that arrives passes the TCX chain, the filters of clsact or ingress, and comes to the
 * host ({@code __dev_queue_xmit} and {@code __netif_receive_skb_core} in {@code net/core/dev.c}).
 */
public final class NetDevice implements QueueDevice, HookDevice, QueueHost {
  /** The transmit queue length of a new device, in packets ({@code DEFAULT_TX_QUEUE_LEN}). */
  public static final int TRANSMIT_QUEUE_LENGTH = 1000;

  /** The largest IP packet of a new device, in bytes. */
  public static final int MTU = 1500;

  private static final int ETHERNET_HEADER = 14;
  private static final int PACKET_BROADCAST = 1;
  private static final int PACKET_MULTICAST = 2;
  private static final int PACKET_OTHERHOST = 3;

  private final Host host;
  private final Device device;
  private final byte[] address;
  private final Timeline timeline;
  private final DeviceHooks hooks;
  private final DropPlaces queuePlaces;
  private final QueueTree tree;
  private final boolean queued;
  private @Nullable Medium medium;
  private @Nullable SocketBuffer firstLater;
  private @Nullable SocketBuffer lastLater;

  /** The qdisc may give a packet again. */
  private final Timer watchdog =
      new Timer() {
        @Override
        protected void fire(long now) {
          runQueue(now);
        }
      };

  /** Packets that were redirected to arrive here do so behind what is under way. */
  private final Timer later =
      new Timer() {
        @Override
        protected void fire(long now) {
          receiveAll(now);
        }
      };

  /**
   * A device.
   *
   * @param queued whether it has a queue of its own, before somebody chooses one
   * @param driver whether its driver runs XDP programs
   */
  NetDevice(Host host, int index, String name, boolean queued, boolean driver) {
    this.host = host;
    device = new Device(index, name);
    timeline = host.network().timeline();
    // Locally administered and unicast; the same in every run.
    address = new byte[] {2, 0, 0, (byte) host.number(), (byte) (index >>> 8), (byte) index};
    this.queued = queued;
    queuePlaces = new DropPlaces(name);
    tree = new QueueTree(defaultRoot());
    hooks = new DeviceHooks(this, driver);
  }

  /** The host it is on. */
  public Host host() {
    return host;
  }

  @Override
  public Device device() {
    return device;
  }

  /** Its index on its host. */
  public int index() {
    return device.index();
  }

  /** Its name. */
  public String name() {
    return device.name();
  }

  /** The largest IP packet that it takes, in bytes. */
  public int mtu() {
    return MTU;
  }

  /** The device at the other end of its wire; null if there is none. */
  @Nullable NetDevice peer() {
    return medium == null ? null : medium.peer();
  }

  /** Its inside if it is an {@code ifb}; null if it is none. */
  @Nullable IntermediateDevice intermediate() {
    return medium instanceof IntermediateDevice inside ? inside : null;
  }

  @Override
  public TcxHook tcx(Direction direction) {
    return hooks.tcx(direction);
  }

  @Override
  public XdpHook xdp() {
    return hooks.xdp();
  }

  @Override
  public boolean isNetkit() {
    return medium instanceof NetkitEnd;
  }

  @Override
  public @Nullable NetkitHook netkit(AttachPoint.Netkit.Side side) {
    if (!(medium instanceof NetkitEnd end) || end.side() != AttachPoint.Netkit.Side.PRIMARY) {
      return null;
    }
    return switch (side) {
      case PRIMARY -> end.hook();
      case PEER -> peerHook(end);
    };
  }

  private static @Nullable NetkitHook peerHook(NetkitEnd end) {
    NetDevice peer = end.peer();
    return peer != null && peer.medium instanceof NetkitEnd other ? other.hook() : null;
  }

  @Override
  public QueueHost queueHost() {
    return this;
  }

  @Override
  public QueueTree tree() {
    return tree;
  }

  @Override
  public FilterBlock newBlock(Handle place, ClassBinder binder) {
    return new FilterBlock(host.filterScene(), device, place, binder);
  }

  @Override
  public QueueDiscipline defaultRoot() {
    return queued
        ? new PfifoFast(this, Handle.UNSPECIFIED, Handle.ROOT)
        : new Noqueue(this, Handle.UNSPECIFIED, Handle.ROOT);
  }

  @Override
  public void treeChanged() {
    // An empty TCX chain keeps its revision while clsact or ingress keeps its place.
    tcx(Direction.INGRESS).keep(tree.ingressFilters() != null);
    tcx(Direction.EGRESS).keep(tree.egressFilters() != null);
    if (tree.root().queueLength() == 0) {
      timeline.cancel(watchdog);
    }
  }

  @Override
  public int transmitQueueLength() {
    return TRANSMIT_QUEUE_LENGTH;
  }

  @Override
  public int frameSize() {
    return MTU + ETHERNET_HEADER;
  }

  @Override
  public long now() {
    return timeline.nanoseconds();
  }

  @Override
  public void drop(SocketBuffer packet, QueueDiscipline by, Handle at) {
    Handle place = packet.queueClass == 0 ? at : new Handle(packet.queueClass);
    host.network().drop(this, packet, queuePlaces.ofQueue(by, place), timeline.nanoseconds());
  }

  @Override
  public SocketBuffer segment(SocketBuffer packet) {
    return Segmentation.segment(packet, host.network().buffers());
  }

  @Override
  public int segmentLength(SocketBuffer packet) {
    return WireLength.headers(packet) + packet.segmentSize;
  }

  @Override
  public void wake() {
    timeline.set(watchdog, timeline.nanoseconds());
  }

  /** Whether it has lost its wire for good. */
  public boolean isGone() {
    return host.find(index()) == null;
  }

  /** Writes its hardware address. */
  public void writeAddress(byte[] bytes, int at) {
    System.arraycopy(address, 0, bytes, at, address.length);
  }

  void plug(Medium newMedium) {
    medium = newMedium;
  }

  /** The device goes, and the one at the other end with it. */
  void unplug() {
    timeline.cancel(watchdog);
    timeline.cancel(later);
    hooks.deviceGone();
    tree.clear();
    while (firstLater != null) {
      SocketBuffer packet = firstLater;
      firstLater = packet.next;
      packet.next = null;
      host.network().buffers().give(packet);
    }
    lastLater = null;
    Medium cut = medium;
    medium = null;
    if (cut != null) {
      cut.close();
    }
  }

  /**
   * A socket gives a packet to send: the programs of its control group see it before the device
   * does ({@code ip_finish_output}).
   */
  public void transmit(ControlGroup group, SocketBuffer packet, long now) {
    packet.deviceIndex = index();
    packet.queueLength = WireLength.of(packet);
    DropPlace place = group.judge(Direction.EGRESS, this, packet);
    if (place == null) {
      transmit(packet, now);
    } else {
      host.network().drop(this, packet, place, now);
    }
  }

  /** The host gives a packet to send, whose owner gives it up ({@code dev_queue_xmit}). */
  public void transmit(SocketBuffer packet, long now) {
    packet.deviceIndex = index();
    List<PacketObserver> observers = host.network().observers();
    for (int i = 0; i < observers.size(); i++) {
      observers.get(i).offered(this, packet, now);
    }
    packet.atIngress = false;
    // Before the hooks: actions there count it ({@code qdisc_pkt_len_init}).
    packet.queueLength = WireLength.of(packet);
    packet.wireLength = packet.queueLength;
    if (hooks.pass(Direction.EGRESS, packet, now)) {
      enqueue(packet, now);
    }
  }

  /** A packet that has passed the egress hooks comes to the qdisc. */
  void enqueue(SocketBuffer packet, long now) {
    // Again, for programs may have changed it.
    packet.queueLength = WireLength.of(packet);
    packet.enqueuedAt = now;
    packet.queueClass = 0;
    QueueDiscipline root = tree.root();
    if (root instanceof Noqueue) {
      send(packet, now);
    } else {
      root.enqueue(packet, now);
      runQueue(now);
    }
  }

  /** Sends what the qdisc gives, for as long as the wire takes it ({@code __qdisc_run}). */
  public void runQueue(long now) {
    QueueDiscipline root = tree.root();
    Medium out = medium;
    if (out == null) {
      return;
    }
    while (out.isFree()) {
      SocketBuffer packet = root.dequeue(now);
      if (packet == null) {
        long wake = root.wakeAt();
        if (wake != QueueDiscipline.NEVER) {
          timeline.set(watchdog, wake);
        }
        return;
      }
      send(packet, now);
    }
  }

  private void send(SocketBuffer packet, long now) {
    List<PacketObserver> observers = host.network().observers();
    for (int i = 0; i < observers.size(); i++) {
      observers.get(i).transmitted(this, packet, now);
    }
    Medium out = medium;
    if (out == null) {
      host.network().buffers().give(packet);
    } else {
      out.send(packet, now);
    }
  }

  /** A packet comes from the wire. Only its bytes cross it, with what measures need. */
  void receive(SocketBuffer packet, long now) {
    packet.mark = 0;
    packet.priority = 0;
    packet.queueMapping = 0;
    packet.tcIndex = 0;
    packet.tcClassId = 0;
    packet.timestamp = 0;
    packet.cgroupClassId = 0;
    packet.hops = packet.forwardedByXdp ? packet.hops : 0;
    packet.forwardedByXdp = false;
    if (hooks.xdp().isNative() && packet.segmentSize > 0 && packet.segments > 1) {
      // With a program in the driver, packets are cut before they cross the wire.
      SocketBuffer segment = Segmentation.segment(packet, host.network().buffers());
      while (segment != null) {
        SocketBuffer next = segment.next;
        segment.next = null;
        arrive(segment, now, true);
        segment = next;
      }
    } else {
      arrive(packet, now, true);
    }
  }

  /**
   * Sends what an XDP program of this host's wants sent, past hooks and queue: with {@code XDP_TX}
   * or a redirect. A driver's program hands frames over to the driver at the other end, which has
   * to be ready for them, with a program of its own ({@code veth_xdp_xmit} in {@code
   * drivers/net/veth.c}).
   */
  void sendFrame(NetDevice by, SocketBuffer packet, boolean byDriver, long now) {
    Medium out = medium;
    NetDevice peer = peer();
    boolean ready = !byDriver || (peer != null && peer.hooks.xdp().isNative());
    packet.hops++;
    if (out == null || !ready || !out.isFree() || packet.hops > Host.MAX_HOPS) {
      host.network().drop(by, packet, queuePlaces.ofFrame(), now);
      return;
    }
    packet.forwardedByXdp = true;
    packet.atIngress = false;
    packet.queueLength = WireLength.of(packet);
    send(packet, now);
  }

  /** A packet is made to arrive here, behind what is under way ({@code netif_rx}). */
  void receiveLater(SocketBuffer packet, long now) {
    packet.next = null;
    if (lastLater == null) {
      firstLater = packet;
      timeline.set(later, now);
    } else {
      lastLater.next = packet;
    }
    lastLater = packet;
  }

  private void receiveAll(long now) {
    SocketBuffer packet = firstLater;
    firstLater = null;
    lastLater = null;
    while (packet != null) {
      SocketBuffer next = packet.next;
      packet.next = null;
      arrive(packet, now, false);
      packet = next;
    }
  }

  /** A packet that a program sent past this device's hooks. */
  void receiveFromPeer(SocketBuffer packet, long now) {
    packet.ingressIndex = index();
    packet.deviceIndex = index();
    packet.packetType = packetType(packet);
    host.deliver(this, packet, now);
  }

  /**
   * A packet is here.
   *
   * @param byDriver whether it comes from the wire, and not from a program or action on this host
   */
  private void arrive(SocketBuffer packet, long now, boolean byDriver) {
    packet.ingressIndex = index();
    packet.deviceIndex = index();
    packet.atIngress = true;
    packet.queueLength = WireLength.of(packet);
    List<PacketObserver> observers = host.network().observers();
    for (int i = 0; i < observers.size(); i++) {
      observers.get(i).arrived(this, packet, now);
    }
    if (hooks.xdp().program() != null) {
      boolean sees = hooks.xdp().isNative() ? byDriver : !packet.redirected;
      if (sees && !hooks.passXdp(packet, now)) {
        return;
      }
      packet.queueLength = WireLength.of(packet);
    }
    packet.packetType = packetType(packet);
    if (hooks.pass(Direction.INGRESS, packet, now)) {
      packet.redirected = false;
      host.deliver(this, packet, now);
    }
  }

  /** As {@code eth_type_trans} in {@code net/ethernet/eth.c}. */
  int packetType(SocketBuffer packet) {
    if (packet.held() < address.length) {
      return 0;
    }
    boolean mine = true;
    boolean broadcast = true;
    for (int i = 0; i < address.length; i++) {
      byte there = packet.bytes[packet.head + i];
      mine &= there == address[i];
      broadcast &= there == (byte) 0xff;
    }
    if (mine) {
      return 0;
    }
    if (broadcast) {
      return PACKET_BROADCAST;
    }
    return (packet.bytes[packet.head] & 1) != 0 ? PACKET_MULTICAST : PACKET_OTHERHOST;
  }

  @Override
  public String toString() {
    return host + "/" + name();
  }
}
