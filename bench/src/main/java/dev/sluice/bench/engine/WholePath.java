package dev.sluice.bench.engine;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.Timer;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.ExecutionMode;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A sender, three programs in a TCX chain, HTB with its classes under inner ones, a wire, and a
 * host that takes what arrives.
 */
final class WholePath {
  private static final int BYTES = 1000;
  private static final int LEAVES_OF_AN_INNER_CLASS = 50;
  private static final int INNER = 0x8000;
  private static final Handle QDISC = Handle.of(1, 0);

  /** Of the wire's rate; what is sent at once waits in the classes. */
  private static final int BURST = 64;

  private static final Rate WIRE = Rate.megabits(10_000);

  private final Network network = new Network(1);
  private final NetDevice device;
  private final byte[] frame = frame();
  private final int classes;
  private long sent;
  private long received;
  private int port;

  private final Timer source =
      new Timer() {
        @Override
        protected void fire(long now) {
          send(now);
        }
      };

  WholePath(int classes) {
    this.classes = classes;
    Host sender = network.addHost("sender");
    Host receiver = network.addHost("receiver");
    network.connect(sender, "eth0", receiver, "eth0", WireSpec.of(WIRE));
    device = Objects.requireNonNull(sender.find("eth0"));
    receiver.addReceiver(
        (_, _, _) -> {
          received++;
          return true;
        });
    EngineDatapath datapath = EngineDatapath.open(sender, ExecutionMode.COMPILED);
    attach(datapath);
    shape(datapath, device.device());
    network.timeline().set(source, 0);
  }

  private static void attach(EngineDatapath datapath) {
    Map<String, BpfMap> maps = new LinkedHashMap<>();
    maps.put(PathPrograms.COUNTERS.name(), datapath.maps().create(PathPrograms.COUNTERS));
    maps.put(PathPrograms.ALLOWED.name(), datapath.maps().create(PathPrograms.ALLOWED));
    byte[] sender = ByteBuffer.allocate(4).putInt(0x0a00_0001).array();
    Objects.requireNonNull(maps.get(PathPrograms.ALLOWED.name())).update(sender, new byte[4]);
    for (ProgramSpec spec : PathPrograms.all()) {
      Program program = datapath.programs().load(spec, maps);
      datapath
          .chain(new AttachPoint.Tcx(datapath.device("eth0"), Direction.EGRESS))
          .attach(program);
    }
  }

  private void shape(EngineDatapath datapath, Device on) {
    datapath.trafficControl().apply(Change.OfQdisc.add(on, Handle.ROOT, QDISC, Htb.withDefault(1)));
    Rate share = new Rate(WIRE.bytesPerSecond() / classes);
    for (int leaf = 1; leaf <= classes; leaf++) {
      int inner = INNER + (leaf - 1) / LEAVES_OF_AN_INNER_CLASS;
      if ((leaf - 1) % LEAVES_OF_AN_INNER_CLASS == 0) {
        Rate rate = new Rate(share.bytesPerSecond() * LEAVES_OF_AN_INNER_CLASS);
        datapath
            .trafficControl()
            .apply(
                Change.OfClass.add(
                    on, QDISC, Handle.of(1, inner), TrafficClass.HtbClass.of(rate, WIRE)));
      }
      Handle id = Handle.of(1, leaf);
      datapath
          .trafficControl()
          .apply(
              Change.OfClass.add(
                  on, Handle.of(1, inner), id, TrafficClass.HtbClass.of(share, WIRE)));
      datapath
          .trafficControl()
          .apply(Change.OfQdisc.add(on, id, Handle.of(leaf + 1, 0), new Qdisc.Pfifo(100L)));
    }
  }

  private static byte[] frame() {
    ByteBuffer packet = ByteBuffer.allocate(BYTES);
    packet.put(0, (byte) 2).putShort(12, (short) 0x0800);
    packet.put(14, (byte) 0x45).putShort(16, (short) (BYTES - 14));
    packet.put(22, (byte) 64).put(23, (byte) 17).putInt(26, 0x0a00_0001).putInt(30, 0x0a00_0002);
    packet.putShort(34, (short) 5000);
    return packet.array();
  }

  /** Sends a burst, to one class after the other, and comes back when the wire is through it. */
  private void send(long now) {
    for (int i = 0; i < BURST; i++) {
      port = port == classes ? 1 : port + 1;
      frame[36] = (byte) (port >>> 8);
      frame[37] = (byte) port;
      SocketBuffer packet = network.buffers().take();
      packet.fill(frame, 0, frame.length, frame.length);
      packet.sentAt = now;
      device.transmit(packet, now);
      sent++;
    }
    long nanoseconds = BURST * (BYTES + 24L) * 1_000_000_000L / WIRE.bytesPerSecond();
    network.timeline().set(source, now + nanoseconds);
  }

  /** Lets so many more packets be sent, and those arrive that do. */
  void run(long packets) {
    long until = sent + packets;
    while (sent < until) {
      network.timeline().step();
    }
  }

  /** Packets that arrived. */
  long received() {
    return received;
  }

  /** Packets that were sent. */
  long sent() {
    return sent;
  }
}
