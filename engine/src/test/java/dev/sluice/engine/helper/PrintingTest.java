package dev.sluice.engine.helper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.HelperFunction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintingTest {
  private final Bench bench = Bench.ipv4();

  private long trace(String format, long... values) {
    byte[] text = (format + "\0").getBytes(StandardCharsets.ISO_8859_1);
    return bench.call(
        HelperFunction.TRACE_PRINTK,
        bench.stack(0, text),
        text.length,
        values.length > 0 ? values[0] : 0,
        values.length > 1 ? values[1] : 0,
        values.length > 2 ? values[2] : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "%d|-42",
        "%u|4294967254",
        "%ld|-42",
        "%lu|18446744073709551574",
        "%x|ffffffd6",
        "%llX|FFFFFFFFFFFFFFD6",
        "<%6d>|<   -42>",
        "<%-6d>|<-42   >",
        "<%06d>|<-00042>",
        "%%|%",
        "%d%%|-42%"
      })
  void numbersArePrinted(String format, String printed) {
    assertThat(trace(format, -42)).isEqualTo(printed.length());
    assertThat(bench.traced).containsExactly(printed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%z", "%hd", "%", "%d%d%d%d", "\u0001", "\u00e4", "%sx", "%pI7", "%#x"})
  void formatsThatTheKernelRefusesAreRefused(String format) {
    assertThat(trace(format)).isEqualTo(-22);
    assertThat(bench.traced).isEmpty();
  }

  @Test
  void aFormatWithoutAnEndIsRefused() {
    long format = bench.stack(0, "4142");

    assertThat(bench.call(HelperFunction.TRACE_PRINTK, format, 2)).isEqualTo(-22);
  }

  @Test
  void stringsAndAddressesAreReadFromMemory() {
    long text = bench.stack(100, "hello\0".getBytes(StandardCharsets.ISO_8859_1));
    long address = bench.stack(120, "0a000001");

    trace("%s at %pI4, %pi4\n", text, address, address);
    assertThat(bench.traced).containsExactly("hello at 10.0.0.1, 010.000.000.001");
  }

  @Test
  void whatCannotBeReadIsEmptyOrZero() {
    trace("[%s] %pI4", 5, 6);

    assertThat(bench.traced).containsExactly("[] 0.0.0.0");
  }

  @Test
  void valuesMayComeFromAnArray() {
    byte[] text = "%d %d %d %d\0".getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer values = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    values.putLong(1).putLong(-2).putLong(3).putLong(-4);
    long format = bench.stack(0, text);
    long array = bench.stack(64, values.array());

    assertThat(bench.call(HelperFunction.TRACE_VPRINTK, format, text.length, array, 32))
        .isEqualTo(9);
    assertThat(bench.traced).containsExactly("1 -2 3 -4");
    assertThat(bench.call(HelperFunction.TRACE_VPRINTK, format, text.length, array, 31))
        .isEqualTo(-22);
    assertThat(bench.call(HelperFunction.TRACE_VPRINTK, format, text.length, 0, 32)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.TRACE_VPRINTK, format, text.length, array, 104))
        .isEqualTo(-22);
  }

  @Test
  void textIsCutToItsRoom() {
    long format = bench.stack(0, "ab%d\0".getBytes(StandardCharsets.ISO_8859_1));
    long values = bench.stack(64, "3930000000000000");
    long to = bench.stack(128, "ffffffffffff");

    assertThat(bench.call(HelperFunction.SNPRINTF, to, 5, format, values, 8)).isEqualTo(8);
    assertThat(bench.stackBytes(128, 6)).isEqualTo("6162313200ff");
    assertThat(bench.call(HelperFunction.SNPRINTF, 0, 0, format, values, 8)).isEqualTo(8);
  }

  @Test
  void textIsCompared() {
    long one = bench.stack(0, "abcd\0".getBytes(StandardCharsets.ISO_8859_1));
    long other = bench.stack(64, "abce\0".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(bench.call(HelperFunction.STRNCMP, one, 5, other)).isEqualTo(-1);
    assertThat(bench.call(HelperFunction.STRNCMP, other, 5, one)).isEqualTo(1);
    assertThat(bench.call(HelperFunction.STRNCMP, one, 3, other)).isZero();
    assertThat(bench.call(HelperFunction.STRNCMP, one, 5, one)).isZero();
  }
}
