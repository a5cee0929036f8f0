package dev.sluice.cli.map;

import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.TypeDescription.Array;
import dev.sluice.bpf.TypeDescription.Encoding;
import dev.sluice.bpf.TypeDescription.Field;
import dev.sluice.bpf.TypeDescription.Int;
import dev.sluice.bpf.TypeDescription.Struct;
import dev.sluice.bpf.TypeDescription.Typedef;
import dev.sluice.datapath.InvalidInput;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Words of a command line as the bytes of a type: a number for an integer, the fields of a struct
 * one after the other, an address for its 4 or 16 bytes, a prefix for the key of a prefix trie, a
 * class such as {@code 1:10} for its number, a string for characters; or {@code hex} and the bytes
 * themselves.
 */
final class TypedWords {
  private static final Pattern CLASS = Pattern.compile("[0-9a-fA-F]{1,4}:[0-9a-fA-F]{0,4}");

  private final String what;
  private final Deque<String> words;
  private final ByteBuffer out;

  private TypedWords(String what, List<String> words, int size) {
    this.what = what;
    this.words = new ArrayDeque<>(words);
    this.out = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
  }

  /** The bytes of a key. */
  static byte[] key(MapShape shape, List<String> words) {
    int address = shape.prefixAddressSize();
    if (address > 0 && words.size() == 1) {
      Address.Prefix prefix = Address.Prefix.parse(words.getFirst(), address);
      return ByteBuffer.allocate(4 + address)
          .order(ByteOrder.nativeOrder())
          .putInt(prefix.length())
          .put(prefix.bytes())
          .array();
    }
    String what = "key of map " + shape.info().name();
    return new TypedWords(what, words, shape.info().keySize()).bytes(shape.key());
  }

  /** The bytes of a value, for every processor the same where the map has one for each. */
  static byte[] value(MapShape shape, List<String> words) {
    String what = "value of map " + shape.info().name();
    byte[] one = new TypedWords(what, words, shape.info().valueSize()).bytes(shape.value());
    if (!shape.isPerCpu()) {
      return one;
    }
    byte[] all = new byte[shape.info().hostValueSize()];
    for (int at = 0; at + one.length <= all.length; at += shape.stride()) {
      System.arraycopy(one, 0, all, at, one.length);
    }
    return all;
  }

  private byte[] bytes(@Nullable TypeDescription type) {
    if ("hex".equals(words.peek())) {
      words.pop();
      hex();
    } else if (type == null) {
      throw invalid("its type is not known: write hex and " + out.capacity() + " bytes");
    } else {
      put(type, 0);
    }
    if (!words.isEmpty()) {
      throw invalid("did not expect " + words.peek() + " behind its " + out.capacity() + " bytes");
    }
    return out.array();
  }

  private void hex() {
    for (int i = 0; i < out.capacity(); i++) {
      String word = next("byte " + (i + 1) + " of " + out.capacity());
      String digits = word.startsWith("0x") ? word.substring(2) : word;
      if (digits.length() > 2 || !digits.matches("[0-9a-fA-F]{1,2}")) {
        throw invalid("expected a byte of two hexadecimal digits, found " + word);
      }
      out.put(i, (byte) Integer.parseInt(digits, 16));
    }
  }

  private void put(TypeDescription type, int at) {
    switch (type) {
      case Int integer -> integer(integer, at, ByteOrder.nativeOrder());
      case Typedef typedef -> {
        if (typedef.isBigEndian() && typedef.target() instanceof Int target) {
          integer(target, at, ByteOrder.BIG_ENDIAN);
        } else {
          put(typedef.target(), at);
        }
      }
      case Array array -> array(array, at);
      case Struct struct -> {
        for (Field field : struct.fields()) {
          put(field.type(), at + field.offset());
        }
      }
    }
  }

  private void array(Array array, int at) {
    if (array.element() instanceof Int element && element.size() == 1) {
      if (element.encoding() == Encoding.CHARACTER) {
        string(array.count(), at);
        return;
      }
      byte[] address = words.isEmpty() ? null : Address.parse(words.element()).orElse(null);
      if (address != null && address.length == array.count()) {
        words.pop();
        out.put(at, address);
        return;
      }
    }
    for (int i = 0; i < array.count(); i++) {
      put(array.element(), at + i * array.element().size());
    }
  }

  private void string(int size, int at) {
    byte[] text = next("text of up to " + size + " bytes").getBytes(StandardCharsets.UTF_8);
    if (text.length > size) {
      throw invalid("expected text of up to " + size + " bytes, found " + text.length);
    }
    out.put(at, text);
  }

  private void integer(Int type, int at, ByteOrder order) {
    String expected = "a number of " + type.size() * 8 + " bits (" + type.name() + ")";
    String word = next(expected);
    byte[] address = type.size() == 4 ? Address.parse(word).orElse(null) : null;
    if (address != null && address.length == 4) {
      out.put(at, address); // in network order, as a program finds it in a packet
      return;
    }
    BigInteger number = number(word, expected);
    int bits = type.size() * 8;
    boolean signed = type.encoding() == Encoding.SIGNED;
    boolean fits =
        signed ? number.bitLength() < bits : number.signum() >= 0 && number.bitLength() <= bits;
    if (!fits) {
      throw invalid("expected " + expected + ", found " + word);
    }
    for (int i = 0; i < type.size(); i++) {
      int shift = 8 * (order == ByteOrder.LITTLE_ENDIAN ? i : type.size() - 1 - i);
      out.put(at + i, number.shiftRight(shift).byteValue());
    }
  }

  private BigInteger number(String word, String expected) {
    try {
      if (CLASS.matcher(word).matches()) {
        int colon = word.indexOf(':');
        String minor = word.substring(colon + 1);
        long major = Long.parseLong(word.substring(0, colon), 16);
        return BigInteger.valueOf(major << 16 | (minor.isEmpty() ? 0 : Long.parseLong(minor, 16)));
      }
      return switch (word) {
        case "true" -> BigInteger.ONE;
        case "false" -> BigInteger.ZERO;
        default ->
            word.startsWith("0x") ? new BigInteger(word.substring(2), 16) : new BigInteger(word);
      };
    } catch (NumberFormatException e) {
      throw invalid("expected " + expected + ", found " + word);
    }
  }

  private String next(String expected) {
    String word = words.poll();
    if (word == null) {
      throw invalid("expected " + expected + ", found nothing");
    }
    return word;
  }

  private InvalidInput invalid(String problem) {
    return new InvalidInput("command line", 0, 0, what + ": " + problem);
  }
}
