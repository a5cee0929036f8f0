package dev.sluice.policy.plan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Texts as bytes of keys and values. */
final class StoredText {
  private StoredText() {}

  /** A text that is cut off where it is too long, with zeros behind it. */
  static byte[] value(String text, int size) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] value = new byte[size];
    System.arraycopy(bytes, 0, value, 0, Math.min(bytes.length, size - 1));
    return value;
  }

  /** The text up to the first zero. */
  static String in(byte[] value, int from) {
    int end = from;
    while (end < value.length && value[end] != 0) {
      end++;
    }
    return new String(value, from, end - from, StandardCharsets.UTF_8);
  }

  /** A policy: the length of its text, its text, and a line for each class. */
  static byte[] bytes(Applied applied) {
    byte[] text = applied.text().getBytes(StandardCharsets.UTF_8);
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, Integer> number : applied.numbers().entrySet()) {
      lines.append(number.getValue()).append(' ').append(number.getKey()).append('\n');
    }
    byte[] numbers = lines.toString().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + text.length + numbers.length)
        .putInt(text.length)
        .put(text)
        .put(numbers)
        .array();
  }

  static Applied applied(byte[] content) {
    int length = ByteBuffer.wrap(content).getInt();
    String text = new String(content, 4, length, StandardCharsets.UTF_8);
    SortedMap<String, Integer> numbers = new TreeMap<>();
    new String(Arrays.copyOfRange(content, 4 + length, content.length), StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              int blank = line.indexOf(' ');
              numbers.put(line.substring(blank + 1), Integer.valueOf(line.substring(0, blank)));
            });
    return new Applied(text, numbers);
  }
}
