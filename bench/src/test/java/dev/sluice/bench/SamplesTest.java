package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void theMedianIsTheMiddleOneOrTheMeanOfTwo() {
    assertThat(Samples.of(List.of(5.0, 1.0, 100.0))).isEqualTo(new Samples(3, 5, 1, 100));
    assertThat(Samples.of(List.of(4.0, 1.0, 100.0, 2.0))).isEqualTo(new Samples(4, 3, 1, 100));
  }

  @Test
  void noMeasurementsAreAMistake() {
    assertThatThrownBy(() -> Samples.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLineThroughPointsOnALineIsThatLine() {
    Line line = Line.through(Map.of(1, 120.0, 8, 260.0, 63, 1360.0));
    assertThat(line.slope()).isEqualTo(20, within(1e-9));
    assertThat(line.intercept()).isEqualTo(100, within(1e-9));
    assertThatThrownBy(() -> Line.through(Map.of(1, 2.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
