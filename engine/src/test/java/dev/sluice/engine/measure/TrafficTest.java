package dev.sluice.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.engine.skb.SocketBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final long INTERVAL = 10_000_000L;

  private final SocketBuffer packet = new SocketBuffer(64);

  private Traffic of(long... delays) {
    packet.length = 100;
    Traffic traffic = new Traffic(0, INTERVAL);
    for (int i = 0; i < delays.length; i++) {
      traffic.count(packet, i * INTERVAL, delays[i]);
    }
    return traffic;
  }

  @Test
  void percentilesAreThoseOfTheSortedDelaysWhetherZerosAreAmongThemOrNot() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 200; round++) {
      long[] delays = new long[1 + random.nextInt(300)];
      for (int i = 0; i < delays.length; i++) {
        delays[i] = random.nextInt(3) == 0 ? 0 : random.nextLong(1, 50_000_000_000L);
      }
      Traffic traffic = of(delays);
      Arrays.sort(delays);
      for (double percent : new double[] {1, 50, 90, 99, 100}) {
        int rank = Math.max(1, (int) Math.ceil(delays.length * percent / 100 - 1e-9));
        long exact = delays[rank - 1];
        assertThat(traffic.delayPercentile(percent))
            .as("%s of %s", percent, Arrays.toString(delays))
            .isCloseTo(exact, within(exact / 500 + 1));
      }
      assertThat(traffic.longestDelay())
          .isCloseTo(delays[delays.length - 1], within(delays[delays.length - 1] / 500 + 1));
    }
  }

  @Test
  void whatComesBehindTheEndCountsForNoRate() {
    Traffic traffic = of(0, 0, 0);
    assertThat(traffic.bytesInTime()).isEqualTo(300);
    traffic.close();
    traffic.count(packet, 9 * INTERVAL, 5);
    assertThat(traffic.bytes()).isEqualTo(400);
    assertThat(traffic.bytesInTime()).isEqualTo(300);
  }

  @Test
  void manyFlowsNeedLittleMemory() {
    Runtime runtime = Runtime.getRuntime();
    Traffic[] flows = new Traffic[2000];
    System.gc();
    long before = runtime.totalMemory() - runtime.freeMemory();
    for (int i = 0; i < flows.length; i++) {
      flows[i] = of(1_000_000, 2_000_000, 5_000_000_000L);
    }
    System.gc();
    long used = runtime.totalMemory() - runtime.freeMemory() - before;
    assertThat(used / flows.length).as("bytes of a flow").isLessThan(30_000);
    assertThat(flows[0].packets()).isEqualTo(3);
  }
}
