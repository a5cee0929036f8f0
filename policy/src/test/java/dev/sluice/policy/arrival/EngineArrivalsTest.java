package dev.sluice.policy.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.FlowFrame;
import dev.sluice.engine.net.FlowPacing;
import dev.sluice.engine.net.FlowSource;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EngineArrivalsTest extends ArrivalsOnDatapath {
  private static final long SECOND = 1_000_000_000L;
  private static final int HEADERS = 14 + 20 + 8;
  private static final int PAYLOAD = 1200;

  private final Network network = new Network(1);
  private final Host near = network.addHost("near");
  private final Host far = network.addHost("far");
  private final Datapath datapath = EngineDatapath.open(near);
  private NetDevice eth0;
  private NetDevice sender;
  private long packets;
  private long bytes;
  private final Map<Integer, Long> byPort = new HashMap<>();

  @BeforeEach
  void connect() {
    network.connect(near, "eth0", far, "eth0", WireSpec.VETH);
    eth0 = Objects.requireNonNull(near.find("eth0"));
    sender = Objects.requireNonNull(far.find("eth0"));
    near.addReceiver(
        (_, packet, _) -> {
          packets++;
          bytes += packet.length;
          byPort.merge(packet.tag, packet.length * 8L, Long::sum);
          return true;
        });
  }

  @Override
  Datapath datapath() {
    return datapath;
  }

  @Override
  Device device() {
    return eth0.device();
  }

  @Override
  void removeDevice() {
    near.removeDevice(eth0);
  }

  /** So many packets of 1000 bytes in a second. */
  private void send(int count) {
    begin(FlowFrame.of(new byte[60], 1000), count);
    network.runUntil(network.timeline().nanoseconds() + SECOND);
  }

  private void begin(FlowFrame frame, int count) {
    long now = network.timeline().nanoseconds();
    new FlowSource(
            sender,
            frame,
            new FlowPacing.Constant((double) SECOND / count),
            0,
            count,
            now + SECOND,
            1)
        .start(now);
  }

  private static FlowFrame udp(int port) {
    ByteBuffer frame = ByteBuffer.allocate(HEADERS);
    frame.position(12).putShort((short) 0x0800);
    frame.putShort((short) 0x4500).putShort((short) (20 + 8 + PAYLOAD)).putInt(0);
    frame.put((byte) 64).put((byte) 17).putShort((short) 0).putInt(0x0a00_0002).putInt(0x0a00_0001);
    frame.putShort((short) 1000).putShort((short) port).putShort((short) (8 + PAYLOAD));
    return FlowFrame.of(frame.array(), HEADERS + PAYLOAD).tagged(port);
  }

  @Override
  Map<Integer, Long> flood(int... ports) {
    for (long time : new long[] {SECOND / 2, SECOND}) {
      byPort.clear();
      for (int port : ports) {
        begin(udp(port), 20_000_000 / 8 / (HEADERS + PAYLOAD));
      }
      network.runUntil(network.timeline().nanoseconds() + time);
    }
    return Map.copyOf(byPort);
  }

  @Override
  boolean passes() {
    packets = 0;
    send(10);
    return packets == 10;
  }

  @Test
  void arrivalsComeAtTheRate() {
    apply(held(10, null));
    send(5_000);
    bytes = 0;
    send(5_000);
    assertThat(bytes * 8).isCloseTo(10_000_000, Percentage.withPercentage(1));
  }

  @Test
  void nothingIsLostBelowIt() {
    apply(held(10, null));
    packets = 0;
    send(1_200);
    network.runUntil(network.timeline().nanoseconds() + SECOND);
    assertThat(packets).isEqualTo(1_200);
  }
}
