package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.conformance.testbed.Await;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.engine.sched.Classification;
import dev.sluice.engine.sched.Classifier;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Random packets at filters of the kernel and of the engine. Each filter counts its packets with an
 * action, so that it is seen which of them every packet came to; at a root qdisc the classes count
 * too. {@code -Dsluice.seed=NUMBER} runs one seed.
 */
abstract class PacketDifference {
  static final int IPV4 = 0x0800;
  static final int IPV6 = 0x86dd;
  static final int VLAN = 0x8100;
  static final int EVERY = 3;

  /** How many classes there are, from {@code 1:1} up. */
  static final int CLASSES = 6;

  private static final int PACKETS = 40;
  private static final Handle ONE = Handle.of(1, 0);

  private NetworkNamespace namespace;
  private KernelDatapath datapath;
  private TrafficControl kernel;
  private PacketSocket socket;
  private Device device;
  private Device peer;
  private Device down;

  @BeforeEach
  void open() {
    assumeTrue(new KernelTestbeds().unavailable().isEmpty(), "needs root");
    namespace = NetworkNamespace.create("u32");
    datapath = KernelDatapath.open(namespace);
    kernel = datapath.trafficControl();
    silence();
    device = datapath.kernelDevices().createVeth("v0", "v1", null);
    peer = datapath.device("v1");
    down = datapath.kernelDevices().createVeth("d0", "d1", null);
    datapath.kernelDevices().setUp(device, true);
    datapath.kernelDevices().setUp(peer, true);
    socket = PacketSocket.sender(namespace);
    kernel.apply(Change.OfQdisc.add(device, Handle.ROOT, ONE, Htb.withDefault(0)));
    for (int minor = 1; minor <= CLASSES; minor++) {
      Rate fast = Rate.megabits(8000);
      kernel.apply(
          Change.OfClass.add(
              device, ONE, Handle.of(1, minor), TrafficClass.HtbClass.of(fast, fast)));
    }
    kernel.apply(
        Change.OfQdisc.add(device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
    awaitCarrier();
  }

  /** Without IPv6 the namespace sends nothing by itself. */
  private void silence() {
    namespace.call(
        () -> {
          for (String scope : List.of("all", "default")) {
            Path off = Path.of("/proc/sys/net/ipv6/conf", scope, "disable_ipv6");
            try {
              if (Files.exists(off)) {
                Files.writeString(off, "1");
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
          return "";
        });
  }

  /** Sends until a packet comes through from either end. */
  private void awaitCarrier() {
    try (PacketSocket here = PacketSocket.receiver(namespace, device, IPV4);
        PacketSocket there = PacketSocket.receiver(namespace, peer, IPV4)) {
      Frame frame = Frame.labelled("carrier");
      boolean both =
          Await.until(
              () -> {
                socket.send(device, frame);
                socket.send(peer, frame);
                return here.receive() != null && there.receive() != null;
              },
              is -> is);
      assertThat(both).as("the wire carries").isTrue();
    }
  }

  @AfterEach
  void close() {
    if (datapath != null) {
      socket.close();
      datapath.close();
      namespace.close();
    }
  }

  static LongStream seeds() {
    Long chosen = Long.getLong("sluice.seed");
    return chosen != null
        ? LongStream.of(chosen)
        : LongStream.of(1, 2, 3, ThreadLocalRandom.current().nextLong(1_000_000_000));
  }

  /** Which of three places a seed is for. */
  static Handle parent(long seed) {
    return switch ((int) Math.floorMod(seed, 3L)) {
      case 0 -> Handle.CLSACT_EGRESS;
      case 1 -> ONE;
      default -> Handle.CLSACT_INGRESS;
    };
  }

  /**
   * Sends packets to filters, and compares what they counted.
   *
   * @param where said where they differ
   * @param filters makes filters for packets like those that are sent
   */
  final void compare(
      Random random,
      Handle parent,
      String where,
      Function<Filters, List<Change.OfFilter>> filters) {
    TwinFilters twins =
        new TwinFilters(kernel, device, parent, Map.of("v0", device, "v1", peer, "d0", down));
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < PACKETS; i++) {
      packets.add(packet(random));
    }
    for (Change.OfFilter change : filters.apply(new Filters(random, twins, packets, down))) {
      String answer = twins.applyToEngine(change);
      assertThat(twins.applyToKernel(change)).as("%s: %s", where, change).isEqualTo(answer);
    }
    SortedMap<Integer, Long> expected = packetsByClass();
    for (byte[] packet : packets) {
      socket.send(
          parent.equals(Handle.CLSACT_INGRESS) ? peer : device, new Frame(Bytes.copyOf(packet)));
      classify(twins, packet, expected);
    }
    List<FilterEntry> engine = twins.engineEntries();
    List<FilterEntry> found = Await.untilEquals(engine, twins::kernelEntries);
    for (int i = 0; i < engine.size(); i++) {
      assertThat(engine.get(i)).as("%s; entry %d", where, i).isEqualTo(found.get(i));
    }
    if (parent.equals(ONE)) {
      assertThat(Await.untilEquals(expected, this::packetsByClass))
          .as("%s; classes", where)
          .isEqualTo(expected);
    }
    Change.OfFilter flush =
        new Change.OfFilter(Change.Verb.DELETE, device, parent, 0, 0, null, 0, null, null, null);
    assertThat(twins.applyToKernel(flush)).isEqualTo("done");
  }

  /**
   * What filters are made for.
   *
   * @param random the dice
   * @param twins where they are to be
   * @param packets packets like those that they will be asked about
   * @param down a device that is down
   */
  record Filters(Random random, TwinFilters twins, List<byte[]> packets, Device down) {
    Change.OfFilter add(int priority, int protocol, int handle, Filter filter) {
      return new Change.OfFilter(
          Change.Verb.ADD,
          twins.device(),
          twins.parent(),
          priority,
          protocol,
          null,
          handle,
          filter.kind(),
          filter,
          null);
    }

    /**
     * Counts a packet by trying to copy it to a device that is down, and goes on as chance says.
     */
    Action counting() {
      int[] controls = {0, 0, 0, 0, -1, -1, -1, 3, 1, 2, 4, 8, 0x10000001};
      int index = random.nextInt(random.nextInt(4) == 0 ? controls.length : 8);
      return new Action.Mirred(Action.Mirred.Mode.EGRESS_MIRROR, down.index(), controls[index], 0);
    }

    /** A class, one that is not there, or none. */
    @Nullable Handle classId() {
      return random.nextInt(6) == 0 ? null : Handle.of(1, random.nextInt(CLASSES + 2));
    }
  }

  /** The engine's answer, and the class that gets the packet for it ({@code htb_classify}). */
  private static void classify(
      TwinFilters twins, byte[] bytes, SortedMap<Integer, Long> packetsByClass) {
    SocketBuffer packet = new SocketBuffer(bytes.length);
    packet.fill(bytes, 0, bytes.length, bytes.length);
    packet.deviceIndex = twins.device().index();
    if (twins.parent().equals(Handle.CLSACT_INGRESS)) {
      packet.ingressIndex = twins.device().index();
      untag(packet);
    }
    Classification found = new Classification();
    int verdict = twins.engine().classify(packet, found);
    boolean kept =
        switch (verdict) {
          case Classifier.NO_MATCH, 2, 4, 5, 8 -> false;
          default -> true;
        };
    Handle chosen = new Handle(found.classId);
    boolean isClass = chosen.major() == 1 && chosen.minor() >= 1 && chosen.minor() <= CLASSES;
    if (kept && isClass) {
      packetsByClass.merge(chosen.minor(), 1L, Long::sum);
    }
  }

  /** A VLAN tag is taken out of arriving packets before the hook sees them. */
  private static void untag(SocketBuffer packet) {
    if (packet.protocol == VLAN) {
      ByteBuffer bytes = ByteBuffer.wrap(packet.bytes);
      packet.vlanPresent = true;
      packet.vlanProtocol = VLAN;
      packet.vlanTag = bytes.getShort(packet.head + 14) & 0xffff;
      System.arraycopy(packet.bytes, packet.head, packet.bytes, packet.head + 4, 12);
      packet.head += 4;
      packet.metaStart += 4;
      packet.length -= 4;
      packet.readProtocol();
    }
  }

  private SortedMap<Integer, Long> packetsByClass() {
    SortedMap<Integer, Long> packets = new TreeMap<>();
    for (ClassEntry entry : kernel.classes(device)) {
      packets.put(entry.id().minor(), entry.statistics().packets());
    }
    return packets;
  }

  /** A packet of few different bytes, so that words are alike. */
  private static byte[] packet(Random random) {
    ByteBuffer packet = ByteBuffer.allocate(14 + 6 + random.nextInt(70));
    while (packet.hasRemaining()) {
      packet.put((byte) random.nextInt(random.nextInt(8) == 0 ? 256 : 4));
    }
    packet.put(0, (byte) 2);
    int kind = random.nextInt(8);
    packet.putShort(12, (short) (kind == 0 ? IPV6 : kind == 1 ? VLAN : IPV4));
    if (kind == 1) {
      packet.putShort(16, (short) IPV4);
    }
    return packet.array();
  }
}
