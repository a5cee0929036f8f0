package dev.sluice.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 bit/s",
    "999, 999 bit/s",
    "800000, 800 kbit/s",
    "240000, 240 kbit/s",
    "100000000, 100 Mbit/s",
    "1500000, 1.5 Mbit/s",
    "9800000, 9.8 Mbit/s",
    "1050000, 1.05 Mbit/s",
    "999999, 1 Mbit/s",
    "20000000000, 20 Gbit/s",
  })
  void aChosenRateKeepsItsValue(long rate, String text) {
    assertThat(Numbers.wholeRate(rate)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "12, 12 ns",
    "1500, 1.50 µs",
    "999400000, 999 ms",
    "999700000, 1.00 s",
    "9999000, 10.0 ms",
    "61000000000, 61.0 s",
  })
  void timesHaveThreeDigits(long nanoseconds, String text) {
    assertThat(Numbers.time(nanoseconds)).isEqualTo(text);
  }
}
