package dev.sluice.cli.map;

import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.TypeDescription.Array;
import dev.sluice.bpf.TypeDescription.Encoding;
import dev.sluice.bpf.TypeDescription.Field;
import dev.sluice.bpf.TypeDescription.Int;
import dev.sluice.bpf.TypeDescription.Struct;
import dev.sluice.bpf.TypeDescription.Typedef;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Bytes as values that print and serialize: numbers, booleans, strings, lists and maps. Bytes
 * without a type are a string of hexadecimal numbers; {@code __be32} is an IPv4 address.
 */
final class TypedValue {
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  private TypedValue() {}

  /** A map's key. */
  static Object key(MapShape shape, byte[] bytes) {
    int address = shape.prefixAddressSize();
    if (address > 0) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
      return new Address.Prefix(buffer.getInt(0), Arrays.copyOfRange(bytes, 4, 4 + address))
          .toString();
    }
    return of(shape.key(), bytes, 0, bytes.length);
  }

  /** A map's value: a list with one for each processor where the map has them. */
  static Object value(MapShape shape, byte[] bytes) {
    int size = shape.info().valueSize();
    if (!shape.isPerCpu()) {
      return of(shape.value(), bytes, 0, size);
    }
    List<Object> values = new ArrayList<>();
    for (int at = 0; at + size <= bytes.length; at += shape.stride()) {
      values.add(of(shape.value(), bytes, at, size));
    }
    return values;
  }

  private static Object of(@Nullable TypeDescription type, byte[] bytes, int at, int size) {
    return switch (type) {
      case null -> HEX.formatHex(bytes, at, at + size);
      case Int integer -> integer(integer, bytes, at, ByteOrder.nativeOrder());
      case Typedef typedef -> typedef(typedef, bytes, at);
      case Array array -> array(array, bytes, at);
      case Struct struct -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Field field : struct.fields()) {
          fields.put(
              field.name(), of(field.type(), bytes, at + field.offset(), field.type().size()));
        }
        yield fields;
      }
    };
  }

  private static Object typedef(Typedef typedef, byte[] bytes, int at) {
    if (!typedef.isBigEndian() || !(typedef.target() instanceof Int target)) {
      return of(typedef.target(), bytes, at, typedef.size());
    }
    return typedef.size() == 4
        ? Address.text(Arrays.copyOfRange(bytes, at, at + 4))
        : integer(target, bytes, at, ByteOrder.BIG_ENDIAN);
  }

  private static Object integer(Int type, byte[] bytes, int at, ByteOrder order) {
    byte[] copy = Arrays.copyOfRange(bytes, at, at + type.size());
    if (order == ByteOrder.LITTLE_ENDIAN) {
      for (int i = 0; i < copy.length / 2; i++) {
        byte swapped = copy[i];
        copy[i] = copy[copy.length - 1 - i];
        copy[copy.length - 1 - i] = swapped;
      }
    }
    return switch (type.encoding()) {
      case BOOLEAN -> new BigInteger(copy).signum() != 0;
      case SIGNED -> new BigInteger(copy);
      case UNSIGNED, CHARACTER -> new BigInteger(1, copy);
    };
  }

  private static Object array(Array array, byte[] bytes, int at) {
    if (array.element() instanceof Int element && element.size() == 1) {
      return element.encoding() == Encoding.CHARACTER
          ? string(bytes, at, array.count())
          : HEX.formatHex(bytes, at, at + array.count());
    }
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < array.count(); i++) {
      int size = array.element().size();
      elements.add(of(array.element(), bytes, at + i * size, size));
    }
    return elements;
  }

  private static String string(byte[] bytes, int at, int size) {
    int end = at;
    while (end < at + size && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }

  /** A value on one line: {@code {packets: 3, bytes: 180}}. */
  static String text(Object value) {
    return switch (value) {
      case Map<?, ?> fields ->
          fields.entrySet().stream()
              .map(field -> field.getKey() + ": " + text(field.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case List<?> elements ->
          elements.stream().map(TypedValue::text).collect(Collectors.joining(", ", "[", "]"));
      default -> value.toString();
    };
  }

  /**
   * The values of all processors on one line, and their sum where they are numbers, or structs of
   * numbers.
   */
  static String perCpuText(List<?> values) {
    Object sum = sum(values);
    return sum == null ? text(values) : text(sum) + " = " + plus(values);
  }

  private static String plus(List<?> values) {
    return values.stream().map(TypedValue::text).collect(Collectors.joining(" + "));
  }

  private static @Nullable Object sum(List<?> values) {
    Object sum = null;
    for (Object value : values) {
      sum = sum == null ? (summable(value) ? value : null) : add(sum, value);
      if (sum == null) {
        return null;
      }
    }
    return sum;
  }

  private static boolean summable(Object value) {
    return switch (value) {
      case BigInteger _ -> true;
      case Map<?, ?> fields -> fields.values().stream().allMatch(BigInteger.class::isInstance);
      default -> false;
    };
  }

  private static @Nullable Object add(Object sum, Object value) {
    if (sum instanceof BigInteger a && value instanceof BigInteger b) {
      return a.add(b);
    }
    if (sum instanceof Map<?, ?> a && value instanceof Map<?, ?> b && summable(b)) {
      Map<Object, Object> total = new LinkedHashMap<>();
      a.forEach(
          (field, number) -> {
            if (number instanceof BigInteger x && b.get(field) instanceof BigInteger y) {
              total.put(field, x.add(y));
            }
          });
      return total;
    }
    return null;
  }
}
