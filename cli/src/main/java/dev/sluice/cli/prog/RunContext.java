package dev.sluice.cli.prog;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.InvalidInput;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The context of a program in a test run. */
final class RunContext {
  // In struct xdp_md: where the packet begins behind the metadata, and where it ends.
  private static final int XDP_DATA = 0;
  private static final int XDP_DATA_END = 4;

  private final ContextLayout layout;
  private final byte[] raw;
  private final ByteBuffer bytes;

  private RunContext(ContextLayout layout, byte[] bytes) {
    this.layout = layout;
    raw = bytes;
    this.bytes = view(bytes);
  }

  /** A context of given bytes; what is missing is 0. */
  static RunContext of(ContextLayout layout, byte[] bytes) {
    return new RunContext(layout, Arrays.copyOf(bytes, Math.max(layout.size(), bytes.length)));
  }

  /**
   * Sets a field.
   *
   * @param name one of those of its layout
   * @param text a number, decimal or with 0x, or a class such as 1:10
   */
  void set(String name, String text) {
    ContextLayout.Field field = layout.fields().get(name);
    if (field == null) {
      throw invalid(
          "a test run sets no field "
              + name
              + "; it sets "
              + String.join(", ", layout.fields().keySet()));
    }
    BigInteger number = number(name, text);
    if (number.signum() < 0 || number.bitLength() > field.size() * 8) {
      throw invalid(name + " has " + field.size() * 8 + " bits, which " + text + " does not fit");
    }
    if (field.size() == 4) {
      bytes.putInt(field.offset(), number.intValue());
    } else {
      bytes.putLong(field.offset(), number.longValue());
    }
  }

  /** A field of 32 bits. */
  int number(String name) {
    ContextLayout.Field field = layout.fields().get(name);
    if (field == null) {
      throw new IllegalArgumentException("no field " + name);
    }
    return bytes.getInt(field.offset());
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
    throw invalid("expected a number for " + name + ", found " + text);
  }

  private static InvalidInput invalid(String problem) {
    return new InvalidInput("command line", 0, 0, problem);
  }

  /** The bytes for a run on a packet of so many bytes. */
  Bytes forPacket(int length) {
    byte[] given = raw.clone();
    ByteBuffer view = view(given);
    if (layout == ContextLayout.XDP && view.getInt(XDP_DATA_END) == 0) {
      view.putInt(XDP_DATA_END, length);
    }
    return Bytes.copyOf(given);
  }

  private static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  /** How many bytes of metadata an XDP program put in front of the packet. */
  int metadataBytes() {
    return layout == ContextLayout.XDP ? bytes.getInt(XDP_DATA) : 0;
  }

  /**
   * The fields that differ afterwards. Fields that were 0 have become what the kernel makes of
   * that: the loopback device, and the packet's own length.
   *
   * @param length the bytes of the packet that the program sees
   */
  List<ContextChange> changes(RunContext after, int length) {
    List<ContextChange> changes = new ArrayList<>();
    ByteBuffer start = view(raw.clone());
    if (layout == ContextLayout.SOCKET_BUFFER) {
      setIfZero(start, "ifindex", 1);
      setIfZero(start, "wire_len", length);
    }
    layout
        .fields()
        .forEach(
            (name, field) -> {
              BigInteger before = get(start, field);
              BigInteger now = get(after.bytes, field);
              if (!before.equals(now)) {
                changes.add(new ContextChange(name, before, now));
              }
            });
    return changes;
  }

  private void setIfZero(ByteBuffer into, String name, int value) {
    ContextLayout.Field field = layout.fields().get(name);
    if (field != null && into.getInt(field.offset()) == 0) {
      into.putInt(field.offset(), value);
    }
  }

  private static BigInteger get(ByteBuffer from, ContextLayout.Field field) {
    return field.size() == 4
        ? BigInteger.valueOf(Integer.toUnsignedLong(from.getInt(field.offset())))
        : new BigInteger(Long.toUnsignedString(from.getLong(field.offset())));
  }
}
