package dev.sluice.engine.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.measure.Meter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Traffic through devices, qdiscs and wires, in virtual time. */
class NetworkTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Handle ONE = Handle.of(1, 0);

  private final Network network = new Network(1);
  private final Host left = network.addHost("left");
  private final Host right = network.addHost("right");
  private final TrafficControl control = EngineDatapath.open(left).trafficControl();
  private final Meter meter = new Meter(left, 0, SECOND / 10);

  private NetDevice connect(WireSpec wire) {
    NetDevice device = connectWithoutReceiver(wire);
    right.addReceiver((_, _, _) -> true);
    return device;
  }

  private NetDevice connectWithoutReceiver(WireSpec wire) {
    network.connect(left, "eth0", right, "eth0", wire);
    network.observe(meter);
    return Objects.requireNonNull(left.find("eth0"));
  }

  private static FlowFrame frame(int length, int priority, int tag) {
    return FlowFrame.of(new byte[60], length).withPriority(priority).tagged(tag);
  }

  private static void send(
      NetDevice device, FlowFrame frame, long bitsPerSecond, long sendBuffer, long until) {
    double interval = frame.length() * 8e9 / bitsPerSecond;
    new FlowSource(
            device, frame, new FlowPacing.Constant(interval), sendBuffer, Long.MAX_VALUE, until, 1)
        .start(0);
  }

  private void addRoot(Device device, Qdisc qdisc) {
    control.apply(Change.OfQdisc.add(device, Handle.ROOT, ONE, qdisc));
  }

  private void addClass(
      Device device, int parent, int minor, long rate, long ceil, int priority, long quantum) {
    Rate guaranteed = Rate.bits(rate);
    Rate ceiling = Rate.bits(ceil);
    TrafficClass.HtbClass wish =
        new TrafficClass.HtbClass(
            RateSpec.of(guaranteed),
            RateSpec.of(ceiling),
            Bucket.of(guaranteed, 1600),
            Bucket.of(ceiling, 1600),
            quantum,
            priority,
            0);
    control.apply(Change.OfClass.add(device, Handle.of(1, parent), Handle.of(1, minor), wish));
  }

  private double megabits(int minor) {
    ClassEntry entry =
        control.classes(Objects.requireNonNull(left.find("eth0")).device()).stream()
            .filter(each -> each.id().equals(Handle.of(1, minor)))
            .findFirst()
            .orElseThrow();
    return entry.statistics().bytes() * 8 / 1e6 / 10;
  }

  private static int classId(int minor) {
    return 1 << 16 | minor;
  }

  @Test
  void aTokenBucketKeepsItsRateAndDropsTheRest() {
    NetDevice device = connect(WireSpec.VETH);
    addRoot(device.device(), Tbf.of(Rate.megabits(10), 4096, 100_000));
    send(device, frame(1000, 0, 1), 20_000_000, 0, 10 * SECOND);
    network.runUntil(10 * SECOND);

    Statistics statistics = control.qdiscs(device.device()).getFirst().statistics();
    assertThat(statistics.bytes() * 8 / 1e6 / 10).isCloseTo(10, within(0.02));
    assertThat(statistics.packets() + statistics.drops() + statistics.queueLength())
        .isEqualTo(25_000);
    assertThat(statistics.overlimits()).isPositive();
  }

  @Test
  void aLocalSenderIsHeldBackAndLosesNothing() {
    NetDevice device = connect(WireSpec.VETH);
    addRoot(device.device(), Tbf.of(Rate.megabits(10), 4096, 400_000));
    send(device, frame(1000, 0, 1), 20_000_000, 212_992, 10 * SECOND);
    network.runUntil(10 * SECOND);

    assertThat(meter.flow(1).dropped()).isZero();
    assertThat(meter.flow(1).received().bytes() * 8 / 1e6 / 10).isCloseTo(10, within(0.05));
  }

  /** The article's tree: 8 and 2 of 10, and each borrows what the other leaves. */
  @Test
  void classesKeepTheirSharesAndBorrow() {
    NetDevice device = connect(WireSpec.VETH);
    addRoot(device.device(), Htb.withDefault(0x12));
    addClass(device.device(), 0, 1, 10_000_000, 10_000_000, 0, 0);
    addClass(device.device(), 1, 0x10, 8_000_000, 10_000_000, 0, 0);
    addClass(device.device(), 1, 0x12, 2_000_000, 10_000_000, 0, 0);
    send(device, frame(1000, classId(0x10), 1), 20_000_000, 0, 10 * SECOND);
    send(device, frame(1000, classId(0x12), 2), 20_000_000, 0, 10 * SECOND);
    network.runUntil(10 * SECOND);

    assertThat(megabits(0x10)).isCloseTo(8, within(0.05));
    assertThat(megabits(0x12)).isCloseTo(2, within(0.05));
    assertThat(megabits(1)).isCloseTo(10, within(0.02));
  }

  @Test
  void aLowerPriorityNumberIsOfferedTheRestFirst() {
    NetDevice device = connect(WireSpec.VETH);
    addRoot(device.device(), Htb.withDefault(0));
    addClass(device.device(), 0, 1, 10_000_000, 10_000_000, 0, 0);
    addClass(device.device(), 1, 0x10, 1_000_000, 10_000_000, 0, 0);
    addClass(device.device(), 1, 0x11, 1_000_000, 10_000_000, 3, 0);
    send(device, frame(1000, classId(0x10), 1), 6_000_000, 0, 10 * SECOND);
    send(device, frame(1000, classId(0x11), 2), 20_000_000, 0, 10 * SECOND);
    network.runUntil(10 * SECOND);

    assertThat(megabits(0x10)).isCloseTo(6, within(0.05));
    assertThat(megabits(0x11)).isCloseTo(4, within(0.05));
  }

  /** Both may borrow as much; the rest of 10 − 2 goes 3 to 1 by quantum. */
  @Test
  void theRestIsSharedByQuantum() {
    NetDevice device = connect(WireSpec.VETH);
    addRoot(device.device(), Htb.withDefault(0));
    addClass(device.device(), 0, 1, 10_000_000, 10_000_000, 0, 0);
    addClass(device.device(), 1, 0x10, 1_000_000, 10_000_000, 0, 30_000);
    addClass(device.device(), 1, 0x11, 1_000_000, 10_000_000, 0, 10_000);
    send(device, frame(1000, classId(0x10), 1), 20_000_000, 0, 10 * SECOND);
    send(device, frame(1000, classId(0x11), 2), 20_000_000, 0, 10 * SECOND);
    network.runUntil(10 * SECOND);

    assertThat(megabits(0x10)).isCloseTo(1 + 6, within(0.1));
    assertThat(megabits(0x11)).isCloseTo(1 + 2, within(0.1));
  }

  @Test
  void aSlowWireQueuesAndDelays() {
    NetDevice device = connect(WireSpec.of(Rate.megabits(10)).delayedBy(5_000_000));
    send(device, frame(1000, 0, 1), 8_000_000, 0, SECOND);
    network.runUntil(2 * SECOND);

    assertThat(meter.flow(1).received().packets()).isEqualTo(1000);
    // 800 µs to send 1000 bytes, and 5 ms of way.
    assertThat(meter.flow(1).received().delayPercentile(50)).isCloseTo(5_800_000, within(10_000L));
  }

  @Test
  void aTransferFindsTheRateOfItsWire() {
    NetDevice device = connectWithoutReceiver(WireSpec.of(Rate.megabits(10)).delayedBy(10_000_000));
    NetDevice far = Objects.requireNonNull(right.find("eth0"));
    TcpFlow flow =
        new TcpFlow(
            new TcpEndpoints(device, far, 0x0a000001, 0x0a000002, 1, 2, 0, 0, 0, 1, 2),
            1448,
            1,
            1 << 20,
            Long.MAX_VALUE,
            20 * SECOND);
    flow.start(0);
    network.runUntil(20 * SECOND);

    // 1448 of 1502 bytes are payload.
    assertThat(flow.received() * 8 / 1e6 / 20).isCloseTo(9.6, within(0.6));
  }

  @Test
  void aTransferComesBackFromLosses() {
    NetDevice device =
        connectWithoutReceiver(WireSpec.of(Rate.megabits(100)).delayedBy(10_000_000));
    addRoot(device.device(), Tbf.of(Rate.megabits(5), 5000, 20_000));
    NetDevice far = Objects.requireNonNull(right.find("eth0"));
    TcpFlow flow =
        new TcpFlow(
            new TcpEndpoints(device, far, 0x0a000001, 0x0a000002, 1, 2, 0, 0, 0, 1, 2),
            1448,
            1,
            1 << 20,
            3_000_000,
            60 * SECOND);
    flow.start(0);
    network.runUntil(60 * SECOND);

    assertThat(flow.received()).isEqualTo(3_000_000);
    assertThat(flow.retransmissions()).isPositive();
    assertThat(meter.flow(1).dropped()).isPositive();
  }

  @Test
  void packetsThatStandForSeveralAreCutForASmallBucket() {
    NetDevice device = connect(WireSpec.VETH);
    addRoot(device.device(), Tbf.of(Rate.megabits(10), 3000, 1_000_000));
    byte[] headers = new byte[54];
    headers[12] = 8;
    headers[14] = 0x45;
    headers[23] = 6;
    headers[46] = 0x50;
    FlowFrame big = FlowFrame.of(headers, 54 + 10 * 1000).segmented(1000).tagged(1);
    new FlowSource(device, big, new FlowPacing.Constant(1e6), 0, 5, SECOND, 1).start(0);
    network.runUntil(SECOND);

    assertThat(meter.flow(1).received().packets()).isEqualTo(50);
    assertThat(meter.flow(1).received().bytes()).isEqualTo(50 * 1054);
  }

  @Test
  void aHostForwardsByItsRoutes() {
    Host router = network.addHost("router");
    Host target = network.addHost("target");
    network.connect(left, "eth0", router, "eth0", WireSpec.VETH);
    network.connect(router, "eth1", target, "eth0", WireSpec.VETH);
    router.routeIpv4(0x0a020000, 16, Objects.requireNonNull(router.find("eth1")));
    List<Integer> timesToLive = new ArrayList<>();
    target.addReceiver(
        (_, packet, _) -> {
          timesToLive.add((int) packet.bytes[packet.head + 22]);
          return true;
        });
    for (int second : new int[] {2, 3}) {
      byte[] packet = new byte[60];
      packet[12] = 8;
      packet[14] = 0x45;
      packet[22] = 64;
      packet[30] = 10;
      packet[31] = (byte) second;
      new FlowSource(
              Objects.requireNonNull(left.find("eth0")),
              FlowFrame.of(packet, 60),
              new FlowPacing.Constant(1e6),
              0,
              1,
              SECOND,
              1)
          .start(0);
    }
    network.runUntil(SECOND);

    // To 10.3 there is no route.
    assertThat(timesToLive).containsExactly(63);
    assertThat(network.buffers().outstanding()).isZero();
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    assertThat(randomRun(7)).isEqualTo(randomRun(7)).isNotEqualTo(randomRun(8));
  }

  private static List<Long> randomRun(long seed) {
    Network other = new Network(seed);
    Host from = other.addHost("from");
    Host to = other.addHost("to");
    other.connect(from, "eth0", to, "eth0", WireSpec.of(Rate.megabits(10)));
    List<Long> arrivals = new ArrayList<>();
    to.addReceiver((_, _, now) -> arrivals.add(now));
    NetDevice device = Objects.requireNonNull(from.find("eth0"));
    new FlowSource(
            device,
            FlowFrame.of(new byte[60], 500),
            new FlowPacing.Poisson(3_000_000),
            0,
            200,
            SECOND,
            seed)
        .start(0);
    other.runUntil(SECOND);
    return arrivals;
  }

  @Test
  void nothingIsLostOrLeaked() {
    NetDevice device = connect(WireSpec.of(Rate.megabits(10)).delayedBy(1000));
    send(device, frame(1000, 0, 1), 50_000_000, 0, SECOND);
    network.runToEnd(100 * SECOND);

    Meter.FlowMeter flow = meter.flow(1);
    assertThat(flow.offered().packets()).isEqualTo(flow.received().packets() + flow.dropped());
    assertThat(network.buffers().outstanding()).isZero();
  }
}
