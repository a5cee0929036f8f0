package dev.sluice.engine.net;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Intermediates;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.engine.filter.FilterScene;
import dev.sluice.engine.filter.Redirector;
import dev.sluice.engine.program.OpenProgram;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A host: its devices, and where packets go that come to it. As a network namespace. */
public final class Host implements Redirector {
  /** Hops from device to device on one host before a packet is taken for going in circles. */
  static final int MAX_HOPS = 8;

  private static final DropPlace.Cause REDIRECT = DropPlace.Cause.REDIRECT;

  private final Network network;
  private final String name;
  private final int number;
  private final SortedMap<Integer, NetDevice> devices = new TreeMap<>();
  private final List<Receiver> receivers = new ArrayList<>();
  private final RoutingTable routes = new RoutingTable();
  private final DropPlace noDevice;
  private final DropPlace circles;
  private final DropPlace nobody;
  private final HookRun testSurroundings;
  private final FilterScene filterScene;
  private int lastIndex = 1;

  Host(Network network, String name, int number) {
    this.network = network;
    this.name = name;
    this.number = number;
    noDevice = new DropPlace(REDIRECT, name, "redirect to no device", Handle.UNSPECIFIED);
    circles = new DropPlace(REDIRECT, name, "redirect in circles", Handle.UNSPECIFIED);
    HookRun tests = new HookRun(network);
    tests.setHost(this);
    testSurroundings = tests;
    filterScene =
        new FilterScene(
            network.machine(), network.execution(), this, deviceNames(), OpenProgram::of);
    nobody = new DropPlace(DropPlace.Cause.HOST, name, "no route or receiver", Handle.UNSPECIFIED);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** What programs of the host see around them in a test run. */
  public Surroundings surroundings() {
    return testSurroundings;
  }

  /** What the filters of the host share. */
  FilterScene filterScene() {
    return filterScene;
  }

  /** The network it is in. */
  public Network network() {
    return network;
  }

  private FilterScene.DeviceNames deviceNames() {
    return new FilterScene.DeviceNames() {
      @Override
      public int indexOf(String deviceName) {
        NetDevice device = find(deviceName);
        return device == null ? 0 : device.index();
      }

      @Override
      public @Nullable String nameOf(int index) {
        NetDevice device = find(index);
        return device == null ? null : device.name();
      }
    };
  }

  int number() {
    return number;
  }

  NetDevice addDevice(String deviceName, boolean queued, boolean driver) {
    if (devices.values().stream().anyMatch(other -> other.name().equals(deviceName))) {
      throw new InvalidInput(
          "network", 0, 0, "host '" + name + "' has a device '" + deviceName + "' already");
    }
    // Index 1 is the loopback device's, which is not modelled.
    lastIndex++;
    NetDevice device = new NetDevice(this, lastIndex, deviceName, queued, driver);
    devices.put(lastIndex, device);
    return device;
  }

  NetDevice addIntermediate(String deviceName, int group) {
    NetDevice device = addDevice(deviceName, true, false);
    device.plug(new IntermediateDevice(device, group));
    return device;
  }

  /** Its {@code ifb} devices. */
  public Intermediates intermediates() {
    return new EngineIntermediates(this);
  }

  /** Takes a device away, and with it the other end of its wire. */
  public void removeDevice(NetDevice device) {
    synchronized (network.machine()) {
      if (devices.remove(device.index()) != null) {
        routes.remove(device);
        device.unplug();
      }
    }
  }

  /** Its devices, by index. */
  public List<NetDevice> devices() {
    return new ArrayList<>(devices.values());
  }

  /** The device with an index; null if there is none. */
  public @Nullable NetDevice find(int index) {
    return devices.get(index);
  }

  /** The device with a name; null if there is none. */
  public @Nullable NetDevice find(String deviceName) {
    for (NetDevice device : devices.values()) {
      if (device.name().equals(deviceName)) {
        return device;
      }
    }
    return null;
  }

  /** Offers packets that come to the host to somebody, behind those who were added before. */
  public void addReceiver(Receiver receiver) {
    receivers.add(receiver);
  }

  /** Offers it no more. */
  public void removeReceiver(Receiver receiver) {
    receivers.remove(receiver);
  }

  /**
   * Has the host forward IPv4 packets.
   *
   * @param destination the prefix, first byte highest
   * @param length its length in bits, 0 to 32
   * @param device the device they leave by
   */
  public void routeIpv4(int destination, int length, NetDevice device) {
    routes.add(new Route((long) destination << 32, 0, length, false, device));
  }

  /** Has the host forward IPv6 packets, by a prefix's two halves and its length in bits. */
  public void routeIpv6(long high, long low, int length, NetDevice device) {
    routes.add(new Route(high, low, length, true, device));
  }

  /** A packet has passed a device's ingress hooks. */
  void deliver(NetDevice device, SocketBuffer packet, long now) {
    List<PacketObserver> observers = network.observers();
    for (int i = 0; i < observers.size(); i++) {
      observers.get(i).delivered(device, packet, now);
    }
    for (int i = 0; i < receivers.size(); i++) {
      if (receivers.get(i).receive(device, packet, now)) {
        network.buffers().give(packet);
        return;
      }
    }
    NetDevice way = routes.forward(packet);
    if (way == null) {
      network.drop(device, packet, nobody, now);
    } else {
      way.transmit(packet, now);
    }
  }

  @Override
  public boolean hasDevice(int index) {
    return devices.containsKey(index);
  }

  @Override
  public SocketBuffer copy(SocketBuffer packet) {
    return network.buffers().copy(packet);
  }

  @Override
  public boolean redirect(SocketBuffer packet, int deviceIndex, boolean ingress) {
    long now = network.timeline().nanoseconds();
    NetDevice target = devices.get(deviceIndex);
    NetDevice here = devices.get(packet.deviceIndex);
    if (target == null) {
      network.drop(here != null ? here : devices.firstEntry().getValue(), packet, noDevice, now);
      return false;
    }
    packet.redirected = true;
    packet.redirectedFromIngress = packet.atIngress;
    packet.hops++;
    if (packet.hops > MAX_HOPS) {
      network.drop(target, packet, circles, now);
      return false;
    }
    if (ingress) {
      target.receiveLater(packet, now);
    } else {
      target.transmit(packet, now);
    }
    return true;
  }

  @Override
  public void consume(SocketBuffer packet) {
    network.buffers().give(packet);
  }

  @Override
  public boolean isUp(int index) {
    // Devices are up and wires whole, as long as they are there.
    return hasDevice(index);
  }

  /** Carries a packet where a program's verdict sent it ({@code skb_do_redirect}). */
  void follow(NetDevice device, SocketBuffer packet, long now) {
    SocketBuffer.Redirect how = packet.redirect;
    packet.redirect = SocketBuffer.Redirect.NONE;
    switch (how) {
      case EGRESS -> redirect(packet, packet.redirectIndex, false);
      case INGRESS -> {
        if (redirect(packet, packet.redirectIndex, true)) {
          packet.redirected = false; // only actions mark what they redirect
        }
      }
      case PEER -> toPeer(device, packet, now);
      case NONE -> network.drop(device, packet, noDevice, now);
    }
  }

  /** Carries a packet where an XDP program sent it ({@code xdp_do_redirect}). */
  void followXdp(NetDevice device, SocketBuffer packet, boolean byDriver, long now) {
    boolean told = packet.redirect == SocketBuffer.Redirect.EGRESS;
    packet.redirect = SocketBuffer.Redirect.NONE;
    NetDevice target = told ? devices.get(packet.redirectIndex) : null;
    if (target == null) {
      network.drop(device, packet, noDevice, now);
    } else {
      target.sendFrame(device, packet, byDriver, now);
    }
  }

  /** {@code bpf_redirect_peer}: past the peer's hooks, to the host on the other side. */
  private void toPeer(NetDevice device, SocketBuffer packet, long now) {
    NetDevice target = devices.get(packet.redirectIndex);
    NetDevice peer = target == null ? null : target.peer();
    if (peer == null || !packet.atIngress) {
      network.drop(device, packet, noDevice, now);
      return;
    }
    packet.hops++;
    if (packet.hops > MAX_HOPS) {
      network.drop(device, packet, circles, now);
      return;
    }
    peer.receiveFromPeer(packet, now);
  }

  int cloneRedirect(SocketBuffer packet, int deviceIndex, boolean ingress) {
    if (!hasDevice(deviceIndex)) {
      return -Errno.EINVAL.number();
    }
    SocketBuffer clone = copy(packet);
    clone.redirect = ingress ? SocketBuffer.Redirect.INGRESS : SocketBuffer.Redirect.EGRESS;
    clone.redirectIndex = deviceIndex;
    network.keepClone(clone);
    return 0;
  }

  @Override
  public String toString() {
    return name;
  }
}
