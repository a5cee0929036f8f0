package dev.sluice.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.document.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficFileTest {
  private static final String FLOW =
      "flows:\n  - packet: udp 10.0.0.1:1 > 10.0.0.2:2 len 100\n    ";

  private static TrafficPlan read(String text) {
    return TrafficFile.of(Section.parse("t.yaml", text.replace("\\n", "\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          duration: 5\\n        | rate: 1mbit                    | t.yaml:1:11: duration: expected a time with its unit
          duration: 2s\\nduration: 3s\\n | rate: 1mbit              | t.yaml:2:1: duration: the key stands in line 1 already
          ''                    | rate: 1mbit\\n    rate: 2mbit  | t.yaml:4:5: flows[0].rate: the key stands in line 3 already
          ''                    | rate: 0                        | t.yaml:3:11: flows[0].rate: expected a rate such as 8mbit, of at least 8bit
          ''                    | rate: 1000gbit                 | t.yaml:3:11: flows[0].rate: expected at most 114 Gbit/s of these packets
          duration: 2s\\n       | rate: 1mbit\\n    stop: 5s     | t.yaml:5:11: flows[0].stop: expected a time up to the duration, 2.00 s
          duration: 2s\\n       | rate: 1mbit\\n    start: 5s    | t.yaml:5:12: flows[0].start: expected a time before the end, 2.00 s
          ''                    | rate: 1mbit\\n    pattern: on-off | t.yaml:2:5: flows[0].on: expected how long a burst is
          ''                    | rate: 1mbit\\n    device: ifb0 | t.yaml:4:13: flows[0].device: expected a device with a wire
          ''                    | 'rate: 1mbit\\n    name: "a\\e[31m"' | t.yaml:4:11: flows[0].name: expected a name of 1 to 80 printable characters, found "a\ufffd[31m"
          ''                    | rate: 1mbit\\n---\\n{}         | expected one document, found a second
          """)
  void whatCannotBeMeantIsRefusedWithItsPlace(String before, String flow, String problem) {
    assertThatThrownBy(() -> read(before + FLOW + flow + "\n"))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining(problem);
  }

  @Test
  void aTabIsNamed() {
    assertThatThrownBy(() -> read("duration: 1s\nflows:\n\t- name: a\n"))
        .hasMessageContaining("TAB");
  }

  @ParameterizedTest
  @CsvSource({
    "20ms, 20000000",
    "1.5s, 1500000000",
    "500us, 500000",
    "2m, 120000000000",
    "3h, 10800000000000",
  })
  void timesHaveUnits(String text, long nanoseconds) {
    assertThat(read("duration: " + text + "\n" + FLOW + "rate: 1mbit\n").duration())
        .isEqualTo(nanoseconds);
  }
}
