package dev.sluice.cli.tc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How numbers, rates, sizes, times, handles and addresses are read and written. */
class NotationTest {
  @ParameterizedTest
  @CsvSource({
    "8, 1",
    "7, 0",
    "1kbit, 125",
    "1Kibit, 128",
    "1kbps, 1000",
    "10mbit, 1250000",
    "10MBIT, 1250000",
    "1.5mbit, 187500",
    "1e6, 125000",
    "1tbit, 125000000000",
    "0x10, 2",
  })
  void readsRates(String word, long bytesPerSecond) {
    assertThat(Units.rate(word)).isEqualTo(new Rate(bytesPerSecond));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "mbit", "1x", "1 mbit", "-1mbit", "1e30", "."})
  void refusesWhatIsNoRate(String word) {
    assertThat(Units.rate(word)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "15, 15",
    "15b, 15",
    "1k, 1024",
    "1.5K, 1536",
    "32kbit, 4096",
    "1mb, 1048576",
    "1mbit, 131072",
    "4294967295, 4294967295",
    "4gb, -1",
    "-1, -1",
    "1x, -1",
    "x, -1",
  })
  void readsSizes(String word, long bytes) {
    assertThat(Units.size(word)).isEqualTo(bytes);
  }

  @Test
  void aCellIsAPowerOfTwo() {
    assertThat(Units.sizeAndCell("10kb/8")).isEqualTo(new Units.SizeAndCell(10240, 3));
    assertThat(Units.sizeAndCell("10kb")).isEqualTo(new Units.SizeAndCell(10240, -1));
    assertThat(Units.sizeAndCell("10kb/9")).isNull();
    assertThat(Units.sizeAndCell("10kb/")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1us, 1",
    "1ms, 1000",
    "1.5msec, 1500",
    "2secs, 2000000",
    "5000s, -1",
    "1h, -1",
  })
  void readsTimes(String word, long microseconds) {
    assertThat(Units.microseconds(word)).isEqualTo(microseconds);
  }

  @ParameterizedTest
  @CsvSource({
    "1250000, 10Mbit",
    "187500, 1500Kbit",
    "124999, 999992bit",
    "5000000000, 40Gbit",
    "0, 0bit",
  })
  void writesRates(long bytesPerSecond, String text) {
    assertThat(Quantities.rate(bytesPerSecond, false)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0b",
    "1023, 1023b",
    "1024, 1Kb",
    "1540, 1540b",
    "4096, 4Kb",
    "10255, 10Kb",
    "1048576, 1Mb",
    "1048319, 1048319b",
    "3435968512, 3.35544e+06Kb",
  })
  void writesSizes(long bytes, String text) {
    assertThat(Quantities.size(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "999, 999us",
    "1000, 1ms",
    "74600, 74.6ms",
    "65168, 65.2ms",
    "400000, 400ms",
    "1234567, 1.23s",
    "1580000000, 1.58e+03s",
  })
  void writesTimes(long microseconds, String text) {
    assertThat(Quantities.time(microseconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "1:, 10000",
    "1, 10000",
    "ffff:, ffff0000",
    "none, 0",
    "1:2, 10000",
  })
  void readsQdiscHandles(String word, String value) {
    assertThat(Handles.qdisc(word)).isEqualTo(new Handle(Integer.parseUnsignedInt(value, 16)));
  }

  @ParameterizedTest
  @CsvSource({
    "1:10, 10010",
    ":5, 5",
    "12, 12",
    "root, ffffffff",
    "none, 0",
    "1:, 10000",
    "ffff:fff2, fffffff2",
  })
  void readsClassIds(String word, String value) {
    assertThat(Handles.classId(word)).isEqualTo(new Handle(Integer.parseUnsignedInt(value, 16)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1:x", "10000:1", "1:10000", "1:2:3", ""})
  void refusesWhatIsNoClassId(String word) {
    assertThat(Handles.classId(word)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "800::800, 80000800",
    "800:, 80000000",
    "2:7b:, 0027b000",
    "::5, 5",
    "0x80000800, 80000800",
  })
  void readsU32Handles(String word, String value) {
    assertThat((int) Handles.u32(word)).isEqualTo(Integer.parseUnsignedInt(value, 16));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "x:", "1000:", "1:100:", "1:1:1000"})
  void refusesWhatIsNoU32Handle(String word) {
    assertThat(Handles.u32(word)).isEqualTo(Handles.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, a000001, 32",
    "10.8, a080000, 32",
    "10.0.0.0/8, a000000, 8",
    "10.0.0.0/255.0.0.0, a000000, 8",
    "any, 0, 0",
    "0x0a.010.2.3, a080203, 32",
  })
  void readsIpv4Prefixes(String word, String address, int length) {
    Prefix prefix = Prefix.ipv4(word);
    assertThat(prefix).isNotNull();
    assertThat(Integer.toHexString(prefix.words().getFirst())).isEqualTo(address);
    assertThat(prefix.length()).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "10.0.0.256", "1.2.3.4.5", "1.2.3.4/33", "1.2.3.4/", "any/8"})
  void refusesWhatIsNoIpv4Prefix(String word) {
    assertThat(Prefix.ipv4(word)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "::, 0 0 0 0",
    "::1, 0 0 0 1",
    "2001:db8::/32, 20010db8 0 0 0",
    "1:2:3:4:5:6:7:8, 10002 30004 50006 70008",
    "1::8, 10000 0 0 8",
    "1:2:3:4:5:6:7::, 10002 30004 50006 70000",
    "::ffff:10.0.0.1, 0 0 ffff a000001",
  })
  void readsIpv6Prefixes(String word, String words) {
    Prefix prefix = Prefix.ipv6(word);
    assertThat(prefix).isNotNull();
    assertThat(String.join(" ", prefix.words().stream().map(Integer::toHexString).toList()))
        .isEqualTo(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        ":1",
        "1:",
        "1::2::3",
        "12345::",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7",
        "::g",
        "::1/129",
        "::1.2.3",
        "::1.2.3.04",
        "10.0.0.1"
      })
  void refusesWhatIsNoIpv6Prefix(String word) {
    assertThat(Prefix.ipv6(word)).isNull();
  }
}
