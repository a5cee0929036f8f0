package dev.sluice.kernel.netlink;

import dev.sluice.datapath.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks over a run of attributes. {@link #next} steps to each in turn; the other methods read the
 * one it stands at.
 *
 * <p>Every bound is checked: an attribute that is shorter than its header or reaches past the end,
 * and a payload that is shorter than what is read from it, are {@link NetlinkFormatException}s.
 * Longer payloads are fine: kernels append to structures.
 */
public final class Attributes {
  private final ByteBuffer buffer;
  private final int begin;
  private final int end;
  private int next;
  private int payload;
  private int length;
  private int type;

  private Attributes(ByteBuffer buffer, int begin, int end) {
    this.buffer = buffer;
    this.begin = begin;
    this.end = end;
    next = begin;
    payload = begin;
  }

  /** The attributes in part of a buffer, which must be in host byte order. */
  static Attributes of(ByteBuffer buffer, int begin, int end) {
    return new Attributes(buffer, begin, end);
  }

  /** The attributes in these bytes. */
  public static Attributes of(Bytes bytes) {
    return new Attributes(bytes.view().order(ByteOrder.nativeOrder()), 0, bytes.length());
  }

  /**
   * Steps to the next attribute.
   *
   * @return whether there is one
   */
  public boolean next() {
    if (next >= end) {
      return false;
    }
    int rest = end - next;
    if (rest < NetlinkDescriptor.ATTRIBUTE_HEADER_LENGTH) {
      throw new NetlinkFormatException(
          "an attribute is cut off: "
              + rest
              + " bytes are left at offset "
              + (next - begin)
              + ", and its header takes 4");
    }
    int whole =
        Short.toUnsignedInt(buffer.getShort(next + NetlinkDescriptor.ATTRIBUTE_LENGTH_OFFSET));
    if (whole < NetlinkDescriptor.ATTRIBUTE_HEADER_LENGTH || whole > rest) {
      throw new NetlinkFormatException(
          "the attribute at offset "
              + (next - begin)
              + " says that it has "
              + whole
              + " bytes; expected 4 to "
              + rest);
    }
    type =
        buffer.getShort(next + NetlinkDescriptor.ATTRIBUTE_TYPE_OFFSET)
            & NetlinkDescriptor.NLA_TYPE_MASK;
    payload = next + NetlinkDescriptor.ATTRIBUTE_HEADER_LENGTH;
    length = whole - NetlinkDescriptor.ATTRIBUTE_HEADER_LENGTH;
    next += NetlinkDescriptor.align(whole);
    return true;
  }

  /** A walk of its own that stands at the same attribute. */
  public Attributes here() {
    Attributes copy = new Attributes(buffer, begin, end);
    copy.next = next;
    copy.payload = payload;
    copy.length = length;
    copy.type = type;
    return copy;
  }

  /** Its type, without flags. */
  public int type() {
    return type;
  }

  /** The bytes of its payload. */
  public int length() {
    return length;
  }

  /** The 8 bits at an offset of its payload, as an unsigned number. */
  public int u8(int offset) {
    return Byte.toUnsignedInt(buffer.get(at(offset, 1)));
  }

  /** The 16 bits at an offset of its payload, as an unsigned number. */
  public int u16(int offset) {
    return Short.toUnsignedInt(buffer.getShort(at(offset, 2)));
  }

  /** The 16 bits in network byte order at an offset of its payload, as an unsigned number. */
  public int be16(int offset) {
    return u8(offset) << 8 | u8(offset + 1);
  }

  /** The 32 bits at an offset of its payload. */
  public int s32(int offset) {
    return buffer.getInt(at(offset, 4));
  }

  /** The 32 bits at an offset of its payload, as an unsigned number. */
  public long u32(int offset) {
    return Integer.toUnsignedLong(s32(offset));
  }

  /** The 32 bits in network byte order at an offset of its payload. */
  public int be32(int offset) {
    return be16(offset) << 16 | be16(offset + 2);
  }

  /** The 64 bits at an offset of its payload. */
  public long s64(int offset) {
    return buffer.getLong(at(offset, 8));
  }

  /** Its payload as text, up to the first zero byte. */
  public String string() {
    int size = 0;
    while (size < length && buffer.get(payload + size) != 0) {
      size++;
    }
    byte[] text = new byte[size];
    buffer.get(payload, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** A copy of its payload. */
  public Bytes bytes() {
    byte[] copy = new byte[length];
    buffer.get(payload, copy);
    return Bytes.copyOf(copy);
  }

  /** The attributes that its payload consists of. */
  public Attributes nested() {
    return new Attributes(buffer, payload, payload + length);
  }

  private int at(int offset, int size) {
    if (offset < 0 || offset > length - size) {
      throw new NetlinkFormatException(
          "attribute "
              + type
              + " has "
              + length
              + " bytes; expected at least "
              + ((long) offset + size));
    }
    return payload + offset;
  }
}
