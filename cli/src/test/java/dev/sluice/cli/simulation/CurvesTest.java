package dev.sluice.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.engine.measure.TimeSeries;
import dev.sluice.observe.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CurvesTest {
  private static final long INTERVAL = 10_000_000L;
  private static final Curves.Unit[] UNITS = {
    new Curves.Unit("b", 1), new Curves.Unit("kb", 1e-3), new Curves.Unit("Mb", 1e-6)
  };

  private static TimeSeries series(int from, int to) {
    TimeSeries series = new TimeSeries(TimeSeries.Keeps.SUM, 0, INTERVAL);
    for (int i = from; i < to; i++) {
      series.note(i * INTERVAL, 100);
    }
    return series;
  }

  private static double amount(Report.Line line) {
    // Each value stands in the middle of its interval; those at both ends are there once more.
    double sum = 0;
    double from = 0;
    for (int i = 1; i < line.values().length - 1; i++) {
      double width = 2 * (line.seconds()[i] - from);
      sum += line.values()[i] * width;
      from += width;
    }
    return sum;
  }

  @Test
  void nothingOfASeriesIsLostOrInventedWhereIntervalsDiffer() {
    // 251 intervals make 84 points of 3; the other series has intervals twice as long by then.
    Curves curves = new Curves(251 * INTERVAL);
    curves.add("short", series(0, 240));
    curves.add("long", series(200, 900));
    Report.TimeChart chart =
        curves.stacked("c", new Curves.Unit[] {new Curves.Unit("b", 1)}, new Curves(0));
    assertThat(amount(chart.areas().get(0))).isCloseTo(24_000, within(1.0));
    assertThat(amount(chart.areas().get(1))).isCloseTo(70_000, within(500.0));
    assertThat(chart.areas().get(1).values()).hasSameSizeAs(chart.areas().get(0).values());
  }

  @Test
  void aChartGoesToTheEndOfARunThatWasSilentAtLast() {
    Curves curves = new Curves(360_000 * INTERVAL);
    curves.add("early", series(0, 100));
    Report.Line line = curves.stacked("c", UNITS, new Curves(0)).areas().getFirst();
    assertThat(line.seconds()[line.seconds().length - 1]).isCloseTo(3600, within(10.0));
    assertThat(amount(line) / UNITS[0].factor()).isCloseTo(10_000, within(10.0));
  }

  @Test
  @Timeout(10)
  void aRunOfAHundredYearsIsDrawnAsFast() {
    Curves curves = new Curves(4_000_000_000_000_000_000L);
    curves.add("early", series(0, 100));
    TimeSeries late = series(0, 100);
    late.note(4_000_000_000_000_000_000L, 7);
    curves.add("late", late);
    Report.TimeChart chart = curves.stacked("c", UNITS, new Curves(0));
    assertThat(amount(chart.areas().get(0))).isCloseTo(10_000, within(10.0));
    assertThat(amount(chart.areas().get(1))).isCloseTo(10_007, within(10.0));
  }

  @Test
  void theUnitSuitsTheHighestValue() {
    Curves curves = new Curves(INTERVAL);
    curves.add("a", series(0, 10));
    Report.TimeChart chart = curves.stacked("c", UNITS, new Curves(0));
    assertThat(chart.unit()).isEqualTo("kb");
    assertThat(chart.areas().getFirst().values()[3]).isCloseTo(10, within(0.001));
  }

  @Test
  void namesAreToldApartAndTheSmallestAreOne() {
    Curves curves = new Curves(INTERVAL);
    for (int i = 0; i < 20; i++) {
      curves.add("same", series(0, 1 + i));
    }
    Report.TimeChart chart = curves.stacked("c", UNITS, new Curves(0));
    assertThat(chart.areas()).extracting(Report.Line::name).doesNotHaveDuplicates().hasSize(12);
    assertThat(chart.areas().getLast().name()).isEqualTo("9 others");
  }
}
