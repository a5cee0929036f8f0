package dev.sluice.engine.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FlowPacingTest {
  private static final long SECOND = 1_000_000_000L;

  private static long count(FlowPacing pacing, long until) {
    SplittableRandom random = new SplittableRandom(1);
    long packets = 0;
    for (long elapsed = 0; elapsed < until; elapsed += pacing.gap(elapsed, random)) {
      packets++;
    }
    return packets;
  }

  @Test
  void fractionsOfANanosecondDoNotAddUp() {
    assertThat(count(new FlowPacing.Constant(SECOND / 3.0), 100 * SECOND)).isEqualTo(300);
    assertThat(count(new FlowPacing.Constant(1.5), 3_000_000)).isEqualTo(2_000_000);
  }

  @Test
  void poissonKeepsItsMean() {
    assertThat((double) count(new FlowPacing.Poisson(1e6), 100 * SECOND))
        .isCloseTo(100_000, within(1500.0));
  }

  @Test
  void burstsComeAndPause() {
    FlowPacing pacing = new FlowPacing.OnOff(1_000_000, SECOND / 10, 9 * SECOND / 10);

    assertThat(count(pacing, 10 * SECOND)).isEqualTo(1000);
  }

  @Test
  void noTimeBetweenPacketsIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new FlowPacing.Constant(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new FlowPacing.OnOff(1, 0, 1));
  }
}
