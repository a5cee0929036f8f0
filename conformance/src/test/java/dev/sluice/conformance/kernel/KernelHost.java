package dev.sluice.conformance.kernel;

import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.GroupSocket;
import dev.sluice.conformance.testbed.Host;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.device.Devices;
import dev.sluice.kernel.netlink.Rtnetlink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A network namespace with one end of each wire. */
final class KernelHost implements Host, AutoCloseable {
  private final String name;
  private final NetworkNamespace namespace;
  private final Rtnetlink rtnetlink;
  private final Devices devices;
  private final Datapath datapath;
  private final PacketSocket sender;
  private final Map<Integer, Device> wires = new HashMap<>();

  KernelHost(String name) {
    this.name = name;
    namespace = NetworkNamespace.create(name);
    rtnetlink = new Rtnetlink(namespace);
    devices = new Devices(rtnetlink);
    silence();
    datapath = KernelDatapath.open(namespace);
    sender = PacketSocket.sender(namespace);
  }

  /** Without IPv6 a host sends nothing by itself: no solicitations, no listener reports. */
  private void silence() {
    namespace.call(
        () -> {
          for (String scope : List.of("all", "default")) {
            Path off = Path.of("/proc/sys/net/ipv6/conf", scope, "disable_ipv6");
            if (Files.exists(off)) {
              Files.writeString(off, "1");
            }
          }
          return "";
        });
  }

  NetworkNamespace namespace() {
    return namespace;
  }

  Devices devices() {
    return devices;
  }

  String deviceName(int wire) {
    return name + wire;
  }

  /** The end of a new wire is here: switches it on. */
  void plug(int wire) {
    Device device = devices.get(deviceName(wire)).device();
    devices.setUp(device, true);
    wires.put(wire, device);
  }

  void unplug(int wire) {
    wires.remove(wire);
  }

  @Override
  public Datapath datapath() {
    return datapath;
  }

  @Override
  public Datapath openDatapath() {
    return KernelDatapath.open(namespace);
  }

  @Override
  public Device device(int wire) {
    Device device = wires.get(wire);
    if (device == null) {
      throw new IllegalArgumentException("no wire " + wire + " at " + name);
    }
    return device;
  }

  @Override
  public void send(Device device, Frame frame, int priority) {
    sender.setPriority(priority);
    sender.send(device, frame);
  }

  private String address() {
    return name.equals("left") ? GroupSocket.LEFT : GroupSocket.RIGHT;
  }

  /** The hardware address that the end of wire 0 gets with its address. */
  private Bytes hardwareAddress() {
    return Bytes.ofHex(name.equals("left") ? "020000000a01" : "020000000a02");
  }

  /** Gives the end of wire 0 an address, and tells it where the other host is. */
  void address(KernelHost other) {
    try {
      devices.setAddress(device(), hardwareAddress());
      devices.addAddress(device(), InetAddress.getByName(address()), 24);
      devices.addNeighbour(
          device(), InetAddress.getByName(other.address()), other.hardwareAddress());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public GroupSocket socket(Path group) {
    String peer = name.equals("left") ? GroupSocket.RIGHT : GroupSocket.LEFT;
    return new KernelGroupSocket(
        namespace, group, address(), new InetSocketAddress(peer, GroupSocket.PORT));
  }

  @Override
  public Capture capture(Device device) {
    PacketSocket socket = PacketSocket.receiver(namespace, device, Frame.IPV4);
    List<Frame> frames = new ArrayList<>();
    return new Capture() {
      @Override
      public List<Frame> frames() {
        for (Frame next = socket.receive(); next != null; next = socket.receive()) {
          frames.add(next);
        }
        return List.copyOf(frames);
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }

  @Override
  public void close() {
    sender.close();
    datapath.close();
    rtnetlink.close();
    namespace.close();
  }
}
