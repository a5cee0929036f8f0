package dev.sluice.policy.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.kernel.Await;
import dev.sluice.kernel.Root;
import dev.sluice.policy.queue.Owner;
import dev.sluice.policy.step.Label;
import dev.sluice.policy.step.Step;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Root.class)
final class KernelArrivalsTest extends ArrivalsOnDatapath {
  private static final long SMALL = 16_384;
  private static final int FRAME = 1200 + 42;
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

  @Override
  Map<Integer, Long> flood(int... ports) throws Exception {
    Map<Integer, Long> bits = new ConcurrentHashMap<>();
    long begin = System.nanoTime();
    List<Future<?>> done = new ArrayList<>();
    try (ExecutorService hands = Executors.newCachedThreadPool()) {
      for (int port : ports) {
        DatagramSocket receiver = hosts.receiver(port);
        DatagramSocket sender = hosts.sender();
        done.add(hands.submit(() -> receive(receiver, begin, total -> bits.put(port, total))));
        done.add(hands.submit(() -> send(sender, port, begin)));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
    return bits;
  }

  private static Void receive(DatagramSocket socket, long begin, LongConsumer total)
      throws IOException {
    long count = 0;
    try (socket) {
      socket.setSoTimeout(500);
      DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
      for (long past = 0; past < 1_500_000_000L; past = System.nanoTime() - begin) {
        socket.receive(packet);
        count += past >= 500_000_000L ? FRAME * 8L : 0;
      }
    } catch (SocketTimeoutException e) {
      // Nothing comes any more.
    }
    total.accept(count);
    return null;
  }

  /** Catches up with what it should have sent each time that it wakes. */
  private static Void send(DatagramSocket socket, int port, long begin) throws Exception {
    try (socket) {
      byte[] payload = new byte[FRAME - 42];
      long sent = 0;
      for (long past = 0; past < 1_500_000_000L; past = System.nanoTime() - begin) {
        for (; sent * FRAME * 8 < past / 50; sent++) {
          socket.send(new DatagramPacket(payload, payload.length, TwoHosts.NEAR, port));
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
    return null;
  }

  private Statistics statistics() {
    return datapath().trafficControl().qdiscs(ifb()).getFirst().statistics();
  }

  /** By TCP, whose packets come with all their segments from a veth, with no checksum yet. */
  @Test
  void arrivalsComeAtTheRate() throws Exception {
    apply(held(40, null));
    for (InetAddress to : List.of(TwoHosts.NEAR, TwoHosts.NEAR6)) {
      double payload = to.equals(TwoHosts.NEAR) ? PAYLOAD : PAYLOAD - 20.0 / 1514;
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
          LockSupport.parkNanos(7_000_000);
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

  private Thread flood(long milliseconds) {
    Thread flood =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    hosts.transfer(TwoHosts.NEAR, milliseconds);
                  } catch (Exception e) {
                    // The test is over.
                  }
                });
    Await.until(
        "a packet with many segments waits",
        () -> {
          Statistics now = statistics();
          return now.queueLength() > 1 && now.backlog() / now.queueLength() > 2 * SMALL;
        });
    return flood;
  }

  @Test
  void aSmallerBucketDoesNotStopThem() throws Exception {
    apply(held(100, null));
    Thread flood = flood(2000);
    List<Step> smaller = steps(held(100, SMALL));
    assertThat(smaller).extracting(Step::label).containsOnly(Label.REBUILD);
    smaller.forEach(Step::run);
    assertThat(passes()).isTrue();
    assertThat(flood.join(Duration.ofSeconds(10))).isTrue();
    assertThat(hosts.transfer(TwoHosts.NEAR, 1000)).isGreaterThan(80e6);
  }

  /** Why that is not a change: the kernel never has the tokens for what waits. */
  @Test
  void aBucketThatIsMadeSmallerStopsForEver() {
    apply(held(100, null));
    flood(60_000);
    Qdisc small = held(100, SMALL).root();
    datapath()
        .trafficControl()
        .apply(new OfQdisc(Verb.CHANGE, ifb(), Handle.ROOT, Owner.ROOT, "tbf", small, null));
    Statistics first = statistics();
    if (first.backlog() / first.queueLength() < SMALL) {
      Assumptions.abort("all that was large has left meanwhile");
    }
    LockSupport.parkNanos(500_000_000);
    assertThat(statistics().packets() - first.packets()).isLessThan(100);
    assertThat(statistics().queueLength()).isPositive();
  }

  /** What comes to one that is off is dropped, so it is made anew. */
  @Test
  void anIfbThatSomebodySwitchedOffIsMadeAnew() {
    apply(held(10, null));
    hosts.datapath.kernelDevices().setUp(ifb(), false);
    assertThat(hosts.echoes(TwoHosts.NEAR)).isFalse();
    assertThat(steps(held(10, null)))
        .extracting(Step::label)
        .containsExactly(Label.HITLESS, Label.REBUILD, Label.HITLESS, Label.HITLESS);
    apply(held(10, null));
    assertThat(passes()).isTrue();
  }
}
