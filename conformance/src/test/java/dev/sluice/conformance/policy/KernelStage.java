package dev.sluice.conformance.policy;

import dev.sluice.conformance.kernel.PacketSocket;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.device.Devices;
import dev.sluice.packet.IpAddress;
import dev.sluice.packet.MacAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The stage in network namespaces. Its ends have no addresses and answer nothing, so that all
 * packets are the test's, until a flow or a connection needs them to.
 */
final class KernelStage implements Stage {
  private static final double WARM_UP = 1.5;

  /** The host's own addresses, at {@code eth0}. */
  static final String HOST = "192.0.2.2";

  static final String HOST_6 = "2001:db8:ffff::2";

  private static final long PATIENCE = 100_000_000;
  private static final int ECHO_MILLIS = 700;
  private static final int IPV6 = 0x86dd;

  private final List<String> workloads;
  private final NetworkNamespace host;
  private final KernelDatapath datapath;
  private final Map<String, End> ends = new LinkedHashMap<>();
  private final Set<InetAddress> claimed = new HashSet<>();
  private final Set<String> routed = new HashSet<>();
  private int probes;

  /** Where packets are sent from and arrive. */
  private record End(
      NetworkNamespace namespace,
      KernelDatapath datapath,
      Device device,
      MacAddress near,
      PacketSocket sender,
      PacketSocket four,
      PacketSocket six) {}

  KernelStage(List<String> workloads) {
    this.workloads = List.copyOf(workloads);
    host = namespace("stage");
    datapath = KernelDatapath.open(host);
    set(host, "ipv4/ip_forward", "1");
    for (String scope : List.of("all", "default")) {
      set(host, "ipv4/conf/" + scope + "/rp_filter", "0");
      set(host, "ipv6/conf/" + scope + "/forwarding", "1");
    }
    Devices devices = datapath.kernelDevices();
    Device line = plug("eth0", OUTSIDE);
    devices.addAddress(line, address(HOST), 24);
    devices.addAddress(line, address(HOST_6), 64);
    MacAddress outside = mac(end(OUTSIDE).datapath(), "eth0");
    for (String gateway : List.of("192.0.2.1", "2001:db8:ffff::1")) {
      InetAddress parsed = address(gateway);
      devices.addNeighbour(line, parsed, bytes(outside));
      devices.addRoute(
          line, address(parsed.getAddress().length == 4 ? "0.0.0.0" : "::"), 0, parsed);
    }
    for (int i = 0; i < workloads.size(); i++) {
      Device near = plug("veth-" + workloads.get(i), workloads.get(i));
      MacAddress far = mac(end(workloads.get(i)).datapath(), "eth0");
      for (String prefix : List.of("10.0.0.", "fd00::")) {
        InetAddress its = address(prefix + (FIRST + i));
        devices.addRoute(near, its, its.getAddress().length * 8, null);
        devices.addNeighbour(near, its, bytes(far));
      }
    }
  }

  private static NetworkNamespace namespace(String label) {
    try {
      return NetworkNamespace.create(label);
    } catch (NotPermitted e) {
      Assumptions.abort("needs network namespaces: " + e.getMessage());
      throw e;
    }
  }

  private Device plug(String device, String place) {
    NetworkNamespace namespace = namespace(place);
    set(namespace, "ipv6/conf/all/disable_ipv6", "1");
    set(namespace, "ipv6/conf/default/disable_ipv6", "1");
    Device near = datapath.kernelDevices().createVeth(device, "eth0", namespace);
    KernelDatapath there = KernelDatapath.open(namespace);
    Device far = there.device("eth0");
    datapath.kernelDevices().setUp(near, true);
    there.kernelDevices().setUp(far, true);
    ends.put(
        place,
        new End(
            namespace,
            there,
            far,
            mac(datapath, device),
            PacketSocket.sender(namespace),
            PacketSocket.receiver(namespace, far, Frame.IPV4),
            PacketSocket.receiver(namespace, far, IPV6)));
    return near;
  }

  private static MacAddress mac(KernelDatapath datapath, String device) {
    return new MacAddress(
        Long.parseLong(datapath.kernelDevices().get(device).address().toString(), 16));
  }

  private static Bytes bytes(MacAddress address) {
    return Bytes.ofHex("%012x".formatted(address.bits()));
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static void set(NetworkNamespace namespace, String name, String value) {
    namespace.call(
        () -> {
          Path file = Path.of("/proc/sys/net", name);
          return Files.exists(file) ? Files.writeString(file, value) : file;
        });
  }

  private End end(String place) {
    return Objects.requireNonNull(ends.get(place), place);
  }

  /** The host's namespace. */
  NetworkNamespace namespace() {
    return host;
  }

  @Override
  public Datapath datapath() {
    return datapath;
  }

  @Override
  public boolean delivers(Probe probe) {
    int number = probes++;
    End from = end(probe.sender());
    End to = end(placeOf(probe.destination(), workloads));
    byte[] frame = probe.frame(Probe.label(number), mac(from.datapath(), "eth0"), from.near());
    from.sender().send(from.device(), new Frame(Bytes.copyOf(frame)));
    long deadline = System.nanoTime() + PATIENCE;
    do {
      for (PacketSocket socket : List.of(to.four(), to.six())) {
        for (Frame next = socket.receive(); next != null; next = socket.receive()) {
          if (Probe.isLabelled(next.bytes().toArray(), number)) {
            return true;
          }
        }
      }
      LockSupport.parkNanos(1_000_000);
    } while (System.nanoTime() - deadline < 0);
    return false;
  }

  /** Gives an address to whom it belongs, who answers from now on. */
  private NetworkNamespace claim(IpAddress address) {
    End end = end(placeOf(address, workloads));
    InetAddress parsed = address(address.toString());
    if (claimed.add(parsed)) {
      boolean six = parsed instanceof Inet6Address;
      set(end.namespace(), "ipv6/conf/eth0/disable_ipv6", "0");
      Devices devices = end.datapath().kernelDevices();
      devices.addAddress(end.device(), parsed, six ? 128 : 32);
      if (routed.add(end.namespace().name() + (six ? " 6" : " 4"))) {
        InetAddress gateway = address(six ? "fe80::1" : "169.254.0.1");
        devices.addNeighbour(end.device(), gateway, bytes(end.near()));
        devices.addRoute(end.device(), gateway, six ? 128 : 32, null);
        devices.addRoute(end.device(), address(six ? "::" : "0.0.0.0"), 0, gateway);
      }
    }
    return end.namespace();
  }

  @Override
  public Map<String, Double> measure(List<TestFlow> flows, double seconds) {
    List<KernelFlow> running = new ArrayList<>();
    try (Arrivals arrivals = new Arrivals(receivers(), flows)) {
      for (TestFlow flow : flows) {
        Probe packet = flow.packet();
        running.add(KernelFlow.start(claim(packet.source()), claim(packet.destination()), flow));
      }
      pass(WARM_UP);
      Map<String, Long> before = arrivals.bytes();
      long start = System.nanoTime();
      pass(seconds);
      Map<String, Long> after = arrivals.bytes();
      double took = (System.nanoTime() - start) / 1e9;
      running.forEach(KernelFlow::requireRunning);
      Map<String, Double> rates = new LinkedHashMap<>();
      after.forEach(
          (name, bytes) ->
              rates.put(name, (bytes - before.getOrDefault(name, 0L)) * 8 / took / 1e6));
      return rates;
    } finally {
      running.forEach(KernelFlow::close);
    }
  }

  private static void pass(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private List<PacketSocket> receivers() {
    return ends.values().stream().flatMap(end -> Stream.of(end.four(), end.six())).toList();
  }

  private NetworkNamespace speaker(String address) {
    return address.equals(HOST) || address.equals(HOST_6) ? host : claim(IpAddress.parse(address));
  }

  /** Whether a connection is made, by two kernels; the host may be the one that opens it. */
  boolean connects(String from, String to, int port) {
    NetworkNamespace client = speaker(from);
    NetworkNamespace server = claim(IpAddress.parse(to));
    return KernelFlow.connects(client, server, address(from), address(to), port);
  }

  /** Whether an echo is answered, by another kernel. */
  boolean answersEcho(String from, String to) {
    NetworkNamespace client = speaker(from);
    claim(IpAddress.parse(to));
    return client.call(() -> address(to).isReachable(ECHO_MILLIS));
  }

  @Override
  public void close() {
    for (End end : ends.values()) {
      end.sender().close();
      end.four().close();
      end.six().close();
      end.datapath().close();
      end.namespace().close();
    }
    datapath.close();
    host.close();
  }
}
