package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Statistics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntervalTest {
  private static final Handle TEN = Handle.of(1, 0x10);
  private static final Counter CLASS = new Counter.OfClass(TEN);

  private static final Interval TWO_SECONDS =
      new Interval(
          reading(1_000_000_000L, counted(1_000_000, 3), counted(500_000, 1), 500_000, 400_000),
          reading(
              3_000_000_000L, counted(3_500_000, 7), counted(2_500_000, 4), 2_500_000, 2_300_000));

  private static Reading reading(
      long nanoTime, Statistics root, Statistics ten, long leafBytes, long received) {
    return new Reading(nanoTime, root, Map.of(TEN, ten), leafBytes, Map.of("a", received));
  }

  private static Statistics counted(long bytes, long drops) {
    return new Statistics(
        bytes, 0, drops, 0, 0, 0, 0, null, new Statistics.HtbClass(0, 10 * drops, 0, 0, 0));
  }

  @Test
  void ratesAreBitsOverTheTimeBetweenReadings() {
    assertThat(TWO_SECONDS.seconds()).isEqualTo(2.0);
    assertThat(TWO_SECONDS.rate(Counter.root())).isEqualTo(10e6);
    assertThat(TWO_SECONDS.rate(CLASS)).isEqualTo(8e6);
    assertThat(TWO_SECONDS.goodput(List.of("a", "not there"))).isEqualTo(7.6e6);
  }

  @Test
  void whatNoLeafSentIsUnclassified() {
    assertThat(TWO_SECONDS.rate(Counter.unclassified())).isEqualTo(2e6);
    assertThat(TWO_SECONDS.share(Counter.unclassified())).isEqualTo(0.2);
  }

  @Test
  void countersThatOnlyGrowAreTakenFromEachOther() {
    assertThat(TWO_SECONDS.drops(Counter.root())).isEqualTo(4);
    assertThat(TWO_SECONDS.drops(CLASS)).isEqualTo(3);
    assertThat(TWO_SECONDS.borrows(CLASS)).isEqualTo(30);
    assertThat(TWO_SECONDS.borrows(Counter.root())).isZero();
  }

  @Test
  void nothingSentIsNoShare() {
    Interval idle = new Interval(TWO_SECONDS.from(), TWO_SECONDS.from());
    assertThat(idle.share(CLASS)).isZero();
  }

  @Test
  void expectationsHoldUpToTheirTolerance() {
    Flow flow = Flow.udp("a", Lab.OTHER, 5001);
    Expectation strict = Expectation.of(CLASS, flow, Rate.megabits(10));
    assertThat(strict.deviation(9.9e6)).isEqualTo(-0.01, within(1e-9));
    assertThat(strict.holds(9.71e6)).isTrue();
    assertThat(strict.holds(9.69e6)).isFalse();
    assertThat(strict.holds(10.31e6)).isFalse();
    Expectation loose = strict.within(0.2, 0.03);
    assertThat(loose.holds(8.1e6)).isTrue();
    assertThat(loose.holds(10.31e6)).isFalse();
  }
}
