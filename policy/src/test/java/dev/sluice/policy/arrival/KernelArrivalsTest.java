package dev.sluice.policy.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.kernel.Root;
import dev.sluice.policy.queue.QueueStep.Effect;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Root.class)
final class KernelArrivalsTest extends ArrivalsOnDatapath {
  private static final double PAYLOAD = 1448.0 / 1514;

  private final TwoHosts hosts = new TwoHosts();

  @AfterEach
  void close() {
    hosts.close();
  }

  @Override
  Datapath datapath() {
    return hosts.datapath;
  }

  @Override
  Device device() {
    return hosts.eth0;
  }

  @Override
  void removeDevice() {
    hosts.datapath.kernelDevices().delete(hosts.eth0);
  }

  @Override
  boolean passes() {
    return hosts.echoes(TwoHosts.NEAR) && hosts.echoes(TwoHosts.NEAR6);
  }

  private Statistics statistics() {
    return datapath().trafficControl().qdiscs(ifb()).getFirst().statistics();
  }

  /** By TCP, whose packets come with all their segments from a veth, with no checksum yet. */
  @Test
  void arrivalsComeAtTheRate() throws Exception {
    apply(held(40, null));
    for (InetAddress to : List.of(TwoHosts.NEAR, TwoHosts.NEAR6)) {
      double payload = to == TwoHosts.NEAR ? PAYLOAD : PAYLOAD - 20.0 / 1514;
      assertThat(hosts.transfer(to, 2000) / payload)
          .as("bits a second to " + to)
          .isCloseTo(40e6, Percentage.withPercentage(4));
    }
  }

  @Test
  void nothingIsLostBelowTheRate() throws Exception {
    apply(held(10, null));
    int sent = 500;
    int got = 0;
    try (DatagramSocket receiver = hosts.receiver(4000);
        DatagramSocket sender = hosts.sender()) {
      byte[] payload = new byte[1200];
      for (int i = 0; i < sent; i++) {
        sender.send(new DatagramPacket(payload, payload.length, TwoHosts.NEAR, 4000));
        if (i % 5 == 4) {
          Thread.sleep(7);
        }
      }
      receiver.setSoTimeout(1000);
      while (got < sent) {
        receiver.receive(new DatagramPacket(new byte[2000], 2000));
        got++;
      }
    } catch (SocketTimeoutException e) {
      // Some are lost.
    }
    assertThat(got).isEqualTo(sent);
    assertThat(statistics().drops()).isZero();
  }

  /** A packet of 64 KiB that waits does not fit into a bucket of 16 KiB. */
  @Test
  void aSmallerBucketDoesNotStopThem() throws Exception {
    apply(held(100, null));
    Thread flood =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    hosts.transfer(TwoHosts.NEAR, 1500);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
    Thread.sleep(500);
    List<ArrivalStep> smaller = steps(held(100, 16_384L));
    assertThat(smaller).extracting(ArrivalStep::effect).containsOnly(Effect.REBUILD);
    smaller.forEach(step -> step.run().run());
    assertThat(passes()).isTrue();
    assertThat(flood.join(Duration.ofSeconds(10))).isTrue();
    assertThat(hosts.transfer(TwoHosts.NEAR, 1000)).isGreaterThan(80e6);
  }

  /** What comes to one that is off is dropped, so it is made anew. */
  @Test
  void anIfbThatSomebodySwitchedOffIsMadeAnew() {
    apply(held(10, null));
    hosts.datapath.kernelDevices().setUp(ifb(), false);
    assertThat(hosts.echoes(TwoHosts.NEAR)).isFalse();
    assertThat(steps(held(10, null)))
        .extracting(ArrivalStep::effect)
        .containsExactly(Effect.HITLESS, Effect.REBUILD, Effect.HITLESS, Effect.HITLESS);
    apply(held(10, null));
    assertThat(passes()).isTrue();
  }
}
