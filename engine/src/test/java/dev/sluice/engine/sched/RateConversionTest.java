package dev.sluice.engine.sched;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.RateSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateConversionTest {
  private static RateConversion of(long bytesPerSecond) {
    return new RateConversion(RateSpec.of(new Rate(bytesPerSecond)));
  }

  /** Within a nanosecond in a million of exact division, and never more than it. */
  @ParameterizedTest
  @CsvSource({"125", "1250000", "125000000", "1250000000", "5000000000", "12500000000"})
  void isAsGoodAsADivision(long bytesPerSecond) {
    for (long length : new long[] {1, 64, 1514, 65_535}) {
      double exact = length * 1e9 / bytesPerSecond;
      assertThat((double) of(bytesPerSecond).nanoseconds(length))
          .isLessThanOrEqualTo(exact)
          .isGreaterThan(exact * (1 - 1e-6) - 1);
    }
  }

  /** The loop of psched_ratecfg_precompute by hand: 10⁹ ≪ 22 over 1,250,000 has bit 31. */
  @Test
  void theMultiplierFillsThirtyTwoBits() {
    RateConversion tenMegabits = of(1_250_000);

    assertThat(tenMegabits.shift()).isEqualTo(22);
    assertThat(tenMegabits.multiplier()).isEqualTo((1_000_000_000L << 22) / 1_250_000);
    assertThat(tenMegabits.nanoseconds(1514)).isEqualTo(1_211_200);
  }

  @Test
  void overheadLeastLengthAndCellsCount() {
    Rate rate = new Rate(1_000_000);
    assertThat(new RateConversion(new RateSpec(rate, 20, 0, LinkLayer.ETHERNET, 0)).nanoseconds(80))
        .isEqualTo(100_000);
    assertThat(new RateConversion(new RateSpec(rate, 0, 64, LinkLayer.ETHERNET, 0)).nanoseconds(10))
        .isEqualTo(64_000);
    // 100 bytes are three cells of 48, and 159 bytes on the wire.
    assertThat(new RateConversion(new RateSpec(rate, 0, 0, LinkLayer.ATM, 0)).nanoseconds(100))
        .isEqualTo(159_000);
  }
}
