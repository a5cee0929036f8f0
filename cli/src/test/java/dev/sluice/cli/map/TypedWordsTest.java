package dev.sluice.cli.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bpf.MapType;
import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.TypeDescription.Array;
import dev.sluice.bpf.TypeDescription.Struct;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.program.MapInfo;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedWordsTest {
  private static final TypeDescription COUNTER =
      Struct.named("counter")
          .field("packets", TypeDescription.U64)
          .field("port", TypeDescription.BE16)
          .field("source", TypeDescription.BE32)
          .build();

  @Test
  void aNumberIsInHostOrder() {
    assertThat(value(TypeDescription.U32, "258")).isEqualTo(host(4, 258));
    assertThat(value(TypeDescription.U32, "0x102")).isEqualTo(host(4, 258));
    assertThat(value(TypeDescription.S64, "-2")).isEqualTo(host(8, -2));
    assertThat(value(TypeDescription.BOOL, "true")).isEqualTo(new byte[] {1});
    assertThat(value(TypeDescription.U64, "18446744073709551615")).isEqualTo(host(8, -1));
  }

  @Test
  void aClassIsItsNumber() {
    assertThat(value(TypeDescription.U32, "1:10")).isEqualTo(host(4, 0x0001_0010));
    assertThat(value(TypeDescription.U32, "8001:")).isEqualTo(host(4, 0x8001_0000));
  }

  @Test
  void anAddressIsInNetworkOrder() {
    byte[] address = {10, 0, 0, 1};
    assertThat(value(TypeDescription.U32, "10.0.0.1")).isEqualTo(address);
    assertThat(value(TypeDescription.BE32, "10.0.0.1")).isEqualTo(address);
    assertThat(value(TypeDescription.BE32, "167772161")).isEqualTo(address);
    assertThat(value(new Array(TypeDescription.U8, 4), "10.0.0.1")).isEqualTo(address);
    assertThat(value(new Array(TypeDescription.U8, 16), "2001:db8::1"))
        .isEqualTo(HexFormat.of().parseHex("20010db8000000000000000000000001"));
  }

  @Test
  void aStructTakesAWordForEachField() {
    byte[] bytes = value(COUNTER, "7", "443", "10.0.0.1");
    assertThat(bytes)
        .isEqualTo(
            ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(7)
                .put(new byte[] {1, (byte) 0xbb, 0, 0, 10, 0, 0, 1})
                .array());
    Object told = TypedValue.value(shape(MapType.HASH, null, COUNTER, 4, 16), bytes);
    assertThat(told)
        .isEqualTo(
            Map.of(
                "packets", BigInteger.valueOf(7),
                "port", BigInteger.valueOf(443),
                "source", "10.0.0.1"));
    assertThat(TypedValue.text(told)).isEqualTo("{packets: 7, port: 443, source: 10.0.0.1}");
  }

  @Test
  void hexTakesTheBytesThemselves() {
    assertThat(value(COUNTER, ("hex" + " 0x1f".repeat(16)).split(" ")))
        .hasSize(16)
        .containsOnly(0x1f);
  }

  @Test
  void aPrefixIsTheKeyOfATrie() {
    MapShape trie = shape(MapType.LPM_TRIE, null, TypeDescription.U32, 8, 4);
    byte[] key = TypedWords.key(trie, List.of("10.1.0.0/16"));
    assertThat(key)
        .isEqualTo(
            ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putInt(16)
                .put(new byte[] {10, 1, 0, 0})
                .array());
    assertThat(TypedValue.key(trie, key)).isEqualTo("10.1.0.0/16");
    assertThat(TypedValue.key(trie, TypedWords.key(trie, List.of("10.1.2.3"))))
        .isEqualTo("10.1.2.3/32");

    MapShape six = shape(MapType.LPM_TRIE, null, TypeDescription.U32, 20, 4);
    assertThat(TypedValue.key(six, TypedWords.key(six, List.of("2001:db8::/32"))))
        .isEqualTo("2001:db8:0:0:0:0:0:0/32");
  }

  @Test
  void everyProcessorGetsTheValue() {
    MapShape shape = perCpu(TypeDescription.U32, 3);
    byte[] bytes = TypedWords.value(shape, List.of("5"));
    assertThat(bytes).hasSize(24);
    Object told = TypedValue.value(shape, bytes);
    assertThat(told)
        .isEqualTo(List.of(BigInteger.valueOf(5), BigInteger.valueOf(5), BigInteger.valueOf(5)));
    assertThat(TypedValue.perCpuText((List<?>) told)).isEqualTo("15 = 5 + 5 + 5");
  }

  @Test
  void structsOfProcessorsAreSummedByField() {
    assertThat(
            TypedValue.perCpuText(
                List.of(Map.of("n", BigInteger.ONE), Map.of("n", BigInteger.TWO))))
        .isEqualTo("{n: 3} = {n: 1} + {n: 2}");
    assertThat(TypedValue.perCpuText(List.of("aa bb", "cc dd"))).isEqualTo("[aa bb, cc dd]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "300           | expected a number of 8 bits (u8), found 300",
        "-1            | expected a number of 8 bits (u8), found -1",
        "many          | expected a number of 8 bits (u8), found many",
        "1 2           | did not expect 2 behind its 1 bytes",
        "hex           | expected byte 1 of 1, found nothing",
        "hex 100       | expected a byte of two hexadecimal digits, found 100",
        "hex 01 02     | did not expect 02 behind its 1 bytes",
      })
  void saysWhatItExpected(String words, String problem) {
    assertThatThrownBy(() -> value(TypeDescription.U8, words.split(" ")))
        .isInstanceOf(InvalidInput.class)
        .hasMessage("command line: value of map m: " + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/33, with a length of 0 to 32",
    "10.1.0/16, found 10.1.0/16",
    "10.1.0.0/x, with a length of 0 to 32",
    "2001:db8::/32, expected a prefix such as 10.1.0.0/16",
    "example.org, expected a prefix such as 10.1.0.0/16",
  })
  void refusesPrefixesThatAreNone(String prefix, String problem) {
    MapShape trie = shape(MapType.LPM_TRIE, null, TypeDescription.U32, 8, 4);
    assertThatThrownBy(() -> TypedWords.key(trie, List.of(prefix)))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining(problem);
  }

  @Test
  void bytesWithoutATypeWantHex() {
    MapShape shape = shape(MapType.HASH, null, null, 3, 3);
    assertThatThrownBy(() -> TypedWords.value(shape, List.of("1")))
        .hasMessageContaining("its type is not known: write hex and 3 bytes");
    assertThat(TypedValue.key(shape, new byte[] {1, 2, (byte) 0xff})).isEqualTo("01 02 ff");
  }

  @Property
  void numbersSurviveTheRoundTrip(@ForAll long number) {
    MapShape shape = shape(MapType.HASH, null, TypeDescription.S64, 4, 8);
    byte[] bytes = TypedWords.value(shape, List.of(Long.toString(number)));
    assertThat(TypedValue.value(shape, bytes)).isEqualTo(BigInteger.valueOf(number));
  }

  private static byte[] value(TypeDescription type, String... words) {
    return TypedWords.value(shape(MapType.HASH, null, type, 4, type.size()), List.of(words));
  }

  private static byte[] host(int size, long number) {
    ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    return size == 4 ? buffer.putInt((int) number).array() : buffer.putLong(number).array();
  }

  private static MapShape perCpu(TypeDescription value, int processors) {
    int host = processors * ((value.size() + 7) & ~7);
    return new MapShape(
        new MapInfo(1, MapType.PERCPU_ARRAY, 6, "m", 4, value.size(), host, 1, 0, 0, 0, 0),
        TypeDescription.U32,
        value);
  }

  private static MapShape shape(
      MapType type,
      @Nullable TypeDescription key,
      @Nullable TypeDescription value,
      int keySize,
      int valueSize) {
    return new MapShape(
        new MapInfo(1, type, type.number(), "m", keySize, valueSize, valueSize, 1, 0, 0, 0, 0),
        key,
        value);
  }
}
