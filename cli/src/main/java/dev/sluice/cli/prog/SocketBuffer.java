package dev.sluice.cli.prog;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.InvalidInput;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The context of a program that sees socket buffers: {@code struct __sk_buff} of {@code
 * include/uapi/linux/bpf.h}, 192 bytes in host byte order. A test run lets only some fields be set
 * ({@code convert___skb_to_skb} in {@code net/bpf/test_run.c}) and reports only those.
 */
final class SocketBuffer {
  /** Bytes of the structure. */
  static final int SIZE = 192;

  /** A field that a test run heeds: where it is and how long. */
  private record Field(int offset, int size) {}

  private static final Map<String, Field> FIELDS = new LinkedHashMap<>();

  static {
    FIELDS.put("mark", new Field(8, 4));
    FIELDS.put("priority", new Field(32, 4));
    FIELDS.put("ingress_ifindex", new Field(36, 4));
    FIELDS.put("ifindex", new Field(40, 4));
    for (int i = 0; i < 5; i++) {
      FIELDS.put("cb" + i, new Field(48 + 4 * i, 4));
    }
    FIELDS.put("tstamp", new Field(152, 8));
    FIELDS.put("wire_len", new Field(160, 4));
    FIELDS.put("gso_segs", new Field(164, 4));
    FIELDS.put("gso_size", new Field(176, 4));
    FIELDS.put("hwtstamp", new Field(184, 8));
  }

  private final ByteBuffer bytes;

  private SocketBuffer(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  /** A buffer with all fields 0. */
  static SocketBuffer empty() {
    return new SocketBuffer(new byte[SIZE]);
  }

  /** A buffer of given bytes; what is missing is 0. */
  static SocketBuffer of(byte[] bytes) {
    byte[] whole = new byte[Math.max(SIZE, bytes.length)];
    System.arraycopy(bytes, 0, whole, 0, bytes.length);
    return new SocketBuffer(whole);
  }

  /** The names of the fields that can be set. */
  static List<String> names() {
    return List.copyOf(FIELDS.keySet());
  }

  /**
   * Sets a field.
   *
   * @param name one of {@link #names}
   * @param text a number, decimal or with 0x, or a class such as 1:10
   */
  SocketBuffer set(String name, String text) {
    Field field = FIELDS.get(name);
    if (field == null) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "a test run sets no field " + name + "; it sets " + String.join(", ", names()));
    }
    BigInteger number = number(name, text);
    if (number.signum() < 0 || number.bitLength() > field.size() * 8) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          name + " has " + field.size() * 8 + " bits, which " + text + " does not fit");
    }
    if (field.size() == 4) {
      bytes.putInt(field.offset(), number.intValue());
    } else {
      bytes.putLong(field.offset(), number.longValue());
    }
    return this;
  }

  /**
   * What the kernel makes of fields that are 0: the loopback device, and the packet's own length.
   *
   * @param length the packet's bytes
   */
  SocketBuffer withDefaults(int length) {
    SocketBuffer copy = of(bytes.array().clone());
    copy.setIfZero("ifindex", 1);
    copy.setIfZero("wire_len", length);
    return copy;
  }

  private void setIfZero(String name, int value) {
    Field field = Objects.requireNonNull(FIELDS.get(name));
    if (bytes.getInt(field.offset()) == 0) {
      bytes.putInt(field.offset(), value);
    }
  }

  private static BigInteger number(String name, String text) {
    try {
      int colon = text.indexOf(':');
      if (colon >= 0) {
        String minor = text.substring(colon + 1);
        int high = Integer.parseInt(text.substring(0, colon), 16);
        int low = minor.isEmpty() ? 0 : Integer.parseInt(minor, 16);
        if ((high & ~0xffff) == 0 && (low & ~0xffff) == 0) {
          return BigInteger.valueOf((long) high << 16 | low);
        }
      } else {
        return text.startsWith("0x") ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new InvalidInput(
        "command line", 0, 0, "expected a number for " + name + ", found " + text);
  }

  /** The bytes. */
  Bytes toBytes() {
    return Bytes.copyOf(bytes.array());
  }

  /** The fields that differ from an earlier state, as {@code name: old → new}. */
  List<Change> changesSince(SocketBuffer earlier) {
    List<Change> changes = new ArrayList<>();
    FIELDS.forEach(
        (name, field) -> {
          BigInteger before = earlier.get(field);
          BigInteger after = get(field);
          if (!before.equals(after)) {
            changes.add(new Change(name, before, after));
          }
        });
    return changes;
  }

  private BigInteger get(Field field) {
    return field.size() == 4
        ? BigInteger.valueOf(Integer.toUnsignedLong(bytes.getInt(field.offset())))
        : new BigInteger(Long.toUnsignedString(bytes.getLong(field.offset())));
  }

  /**
   * A field that a program changed.
   *
   * @param field its name
   * @param before its value before
   * @param after its value after
   */
  record Change(String field, BigInteger before, BigInteger after) {
    @Override
    public String toString() {
      String hint =
          field.equals("priority") && after.bitLength() > 16
              ? " (class "
                  + Integer.toHexString(after.intValue() >>> 16)
                  + ":"
                  + Integer.toHexString(after.intValue() & 0xffff)
                  + ")"
              : "";
      return field + ": " + before + " → " + after + hint;
    }
  }
}
