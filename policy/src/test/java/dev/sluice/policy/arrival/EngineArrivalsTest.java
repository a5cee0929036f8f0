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
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EngineArrivalsTest extends ArrivalsOnDatapath {
  private static final long SECOND = 1_000_000_000L;

  private final Network network = new Network(1);
  private final Host near = network.addHost("near");
  private final Host far = network.addHost("far");
  private final Datapath datapath = EngineDatapath.open(near);
  private NetDevice eth0;
  private NetDevice sender;
  private long packets;
  private long bytes;

  @BeforeEach
  void connect() {
    network.connect(near, "eth0", far, "eth0", WireSpec.VETH);
    eth0 = Objects.requireNonNull(near.find("eth0"));
    sender = Objects.requireNonNull(far.find("eth0"));
    near.addReceiver(
        (_, packet, _) -> {
          packets++;
          bytes += packet.length;
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
    long now = network.timeline().nanoseconds();
    new FlowSource(
            sender,
            FlowFrame.of(new byte[60], 1000),
            new FlowPacing.Constant((double) SECOND / count),
            0,
            count,
            now + SECOND,
            1)
        .start(now);
    network.runUntil(now + SECOND);
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
