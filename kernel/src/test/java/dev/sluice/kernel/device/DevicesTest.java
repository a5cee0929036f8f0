package dev.sluice.kernel.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.kernel.Await;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.kernel.netlink.Rtnetlink;
import dev.sluice.kernel.syscall.Fd;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Root.class)
final class DevicesTest {
  private int openBefore;
  private NetworkNamespace here;
  private NetworkNamespace there;
  private Rtnetlink hereLink;
  private Rtnetlink thereLink;
  private Devices devices;
  private Devices peers;

  @BeforeEach
  void open() {
    openBefore = Fd.openCount();
    here = Namespaces.create("here");
    there = Namespaces.create("there");
    hereLink = new Rtnetlink(here);
    thereLink = new Rtnetlink(there);
    devices = new Devices(hereLink);
    peers = new Devices(thereLink);
  }

  @AfterEach
  void close() {
    hereLink.close();
    thereLink.close();
    here.close();
    there.close();
    assertThat(Fd.openCount()).isEqualTo(openBefore);
  }

  @Test
  void newNamespaceHasLoopbackOnly() {
    assertThat(devices.list()).extracting(state -> state.device().name()).containsExactly("lo");
    assertThat(devices.get("lo").device().index()).isEqualTo(1);
    assertThat(devices.get("lo").up()).isFalse();
  }

  @Test
  void vethSpansNamespaces() {
    assertThat(devices.namespaceId(there)).isEqualTo(DeviceState.HERE);
    Device device = devices.createVeth("left", "right", there);
    Device peer = peers.get("right").device();
    assertThat(devices.get("left").kind()).isEqualTo("veth");
    assertThat(devices.get("left").linkIndex()).isEqualTo(peer.index());
    assertThat(devices.get("left").linkNamespace())
        .isNotEqualTo(DeviceState.HERE)
        .isEqualTo(devices.namespaceId(there));
    devices.setUp(device, true);
    peers.setUp(peer, true);
    assertThat(devices.get("left").up()).isTrue();
    assertThat(devices.get("left").running()).isTrue();
    devices.setMtu(device, 1400);
    devices.setTransmitQueueLength(device, 77);
    devices.setAddress(device, Bytes.ofHex("020000000001"));
    DeviceState state = devices.get(device.index());
    assertThat(state.mtu()).isEqualTo(1400);
    assertThat(state.transmitQueueLength()).isEqualTo(77);
    assertThat(state.address()).isEqualTo(Bytes.ofHex("020000000001"));
    devices.delete(device);
    assertThatThrownBy(() -> peers.get("right")).isInstanceOf(NotFound.class);
    assertThat(devices.find(device.index())).isNull();
  }

  @Test
  void vethWithinANamespaceLeadsNowhereElse() {
    devices.createVeth("left", "right", null);
    assertThat(devices.get("left").linkNamespace()).isEqualTo(DeviceState.HERE);
    assertThat(devices.namespaceId(here)).isEqualTo(DeviceState.HERE);
  }

  @Test
  void datagramsCrossVeth() throws Exception {
    Device device = devices.createVeth("left", "right", there);
    Device peer = peers.get("right").device();
    InetAddress near = InetAddress.getByName("10.11.0.1");
    InetAddress far = InetAddress.getByName("10.12.0.1");
    devices.addAddress(device, near, 24);
    peers.addAddress(peer, far, 32);
    peers.addAddress(peer, InetAddress.getByName("fd00::2"), 64);
    devices.addAddress(device, InetAddress.getByName("fd00::1"), 64);
    devices.setUp(device, true);
    peers.setUp(peer, true);
    devices.addRoute(device, far, 32, null);
    peers.addRoute(peer, InetAddress.getByName("10.11.0.0"), 24, null);
    devices.addNeighbour(device, far, peers.get("right").address());
    try (DatagramSocket receiver = there.call(() -> new DatagramSocket(9999, far));
        DatagramSocket sender = here.call(() -> new DatagramSocket(0, near))) {
      receiver.setSoTimeout(5000);
      byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
      sender.send(new DatagramPacket(hello, hello.length, far, 9999));
      DatagramPacket got = new DatagramPacket(new byte[100], 100);
      receiver.receive(got);
      assertThat(new String(got.getData(), 0, got.getLength(), StandardCharsets.UTF_8))
          .isEqualTo("hello");
      assertThat(got.getAddress()).isEqualTo(near);
    }
  }

  @Test
  void refusalsCarryKernelWords() {
    devices.create("ifb", "d0");
    assertThatThrownBy(() -> devices.create("ifb", "d0"))
        .isInstanceOfSatisfying(KernelRejected.class, e -> assertThat(e.is(Errno.EEXIST)).isTrue());
    assertThatThrownBy(() -> devices.create("nonsense", "n0"))
        .isInstanceOfSatisfying(
            KernelRejected.class, e -> assertThat(e.kernelText()).isEqualTo("Unknown device type"));
  }

  @Test
  void missingDeviceIsNotFound() {
    for (String name :
        new String[] {"nosuch", "", "a-name-longer-than-any-device", "x".repeat(300)}) {
      assertThatThrownBy(() -> devices.get(name))
          .isInstanceOfSatisfying(NotFound.class, e -> assertThat(e.name()).isEqualTo(name));
    }
    assertThatThrownBy(() -> devices.get(4711)).isInstanceOf(NotFound.class);
  }

  @Test
  void severalQueues() {
    Device device = devices.create("ifb", "d0", 4);
    assertThat(devices.get(device.index()).transmitQueues()).isEqualTo(4);
  }

  /** Of itself, IPv6 would solicit routers on it, which an ifb drops and counts. */
  @Test
  void anIfbIsSilent() {
    Device device = new KernelIntermediates(hereLink, devices).create("d0", 7);
    DeviceState state = devices.get(device.index());
    assertThat(state.up()).isTrue();
    assertThat(state.group()).isEqualTo(7);
    assertThat(state.transmitQueueLength()).isEqualTo(1000);
    assertThat(state.transmitQueues()).isEqualTo(1);
    Device other = devices.create("ifb", "d1");
    devices.setUp(other, true);
    Await.until("one that nobody silenced speaks", () -> !devices.addresses(other).isEmpty());
    assertThat(devices.addresses(device)).isEmpty();
  }

  /** The kernel marks listings as interrupted when devices come and go meanwhile. */
  @Test
  void listingIsWholeWhileDevicesComeAndGo() throws Exception {
    Set<Integer> lasting = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      lasting.add(devices.create("ifb", "ifb" + i).index());
    }
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger churned = new AtomicInteger();
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> churn =
          executor.submit(
              () -> {
                while (!done.get()) {
                  devices.delete(devices.create("ifb", "churn"));
                  churned.incrementAndGet();
                }
              });
      try {
        for (int i = 0; i < 100 || churned.get() < 10; i++) {
          List<Integer> listed =
              devices.list().stream().map(state -> state.device().index()).toList();
          assertThat(listed).doesNotHaveDuplicates().containsAll(lasting).isSorted();
        }
      } finally {
        done.set(true);
      }
      churn.get();
    }
  }
}
