package dev.sluice.cli.tc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.DataSize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies mean by a rate or size what tc does. */
class QuantitiesOfPoliciesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "800",
        "10bit",
        "10kbit",
        "1.5mbit",
        "2.25Gbit",
        "1tbit",
        "3kibit",
        "3mibit",
        "1gibit",
        "1tibit",
        "7bps",
        "7kbps",
        "7mbps",
        "1.5gbps",
        "1tbps",
        "7kibps",
        "7mibps",
        "1gibps",
        "1tibps",
        "10kbits",
        "1pbit",
        "x",
        "mbit"
      })
  void rates(String text) {
    assertThat(dev.sluice.policy.document.Quantities.rate(text)).isEqualTo(Units.rate(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "1540", "1540b", "32kb", "1.5k", "32K", "2mb", "2m", "1gb", "1G", "x"})
  void sizes(String text) {
    DataSize size = dev.sluice.policy.document.Quantities.size(text);

    assertThat(size == null ? -1 : size.bytes()).isEqualTo(Units.size(text));
  }
}
