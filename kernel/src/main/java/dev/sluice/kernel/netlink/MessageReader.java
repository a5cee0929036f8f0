package dev.sluice.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks over the messages of a datagram. {@link #next} steps to each in turn; the other methods
 * read the one it stands at. All bounds are checked, as {@link Attributes} does.
 */
public final class MessageReader {
  private final ByteBuffer buffer;
  private final int end;
  private int next;
  private int start;
  private int length;

  /**
   * The messages in a datagram.
   *
   * @param datagram from its position to its limit
   */
  public MessageReader(ByteBuffer datagram) {
    buffer = datagram.duplicate().order(ByteOrder.nativeOrder());
    next = datagram.position();
    end = datagram.limit();
  }

  /**
   * Steps to the next message.
   *
   * @return whether there is one
   */
  public boolean next() {
    int rest = end - next;
    if (rest <= 0) {
      return false;
    }
    if (rest < NetlinkDescriptor.HEADER_LENGTH) {
      throw new NetlinkFormatException(
          "a message is cut off: " + rest + " bytes are left, and its header takes 16");
    }
    long whole = Integer.toUnsignedLong(buffer.getInt(next + NetlinkDescriptor.LENGTH_OFFSET));
    if (whole < NetlinkDescriptor.HEADER_LENGTH || whole > rest) {
      throw new NetlinkFormatException(
          "a message says that it has " + whole + " bytes; expected 16 to " + rest);
    }
    start = next;
    length = (int) whole;
    next += NetlinkDescriptor.align(length);
    return true;
  }

  /** The message's type. */
  public int type() {
    return Short.toUnsignedInt(buffer.getShort(start + NetlinkDescriptor.TYPE_OFFSET));
  }

  /** The message's flags. */
  public int flags() {
    return Short.toUnsignedInt(buffer.getShort(start + NetlinkDescriptor.FLAGS_OFFSET));
  }

  /** The number of the request that it answers. */
  public int sequence() {
    return buffer.getInt(start + NetlinkDescriptor.SEQUENCE_OFFSET);
  }

  /** The 8 bits at an offset of the message's structure, as an unsigned number. */
  public int u8(int offset) {
    return Byte.toUnsignedInt(buffer.get(at(offset, 1)));
  }

  /** The 16 bits at an offset of the message's structure, as an unsigned number. */
  public int u16(int offset) {
    return Short.toUnsignedInt(buffer.getShort(at(offset, 2)));
  }

  /** The 32 bits at an offset of the message's structure. */
  public int s32(int offset) {
    return buffer.getInt(at(offset, 4));
  }

  /** The attributes behind the message's structure of so many bytes. */
  public Attributes attributes(int structureLength) {
    int begin = NetlinkDescriptor.HEADER_LENGTH + NetlinkDescriptor.align(structureLength);
    if (begin > length) {
      throw tooShort(structureLength);
    }
    return Attributes.of(buffer, start + begin, start + length);
  }

  private int at(int offset, int size) {
    if (offset < 0 || offset > length - NetlinkDescriptor.HEADER_LENGTH - size) {
      throw tooShort((long) offset + size);
    }
    return start + NetlinkDescriptor.HEADER_LENGTH + offset;
  }

  /** How many bytes follow the message's header. */
  public int payloadLength() {
    return length - NetlinkDescriptor.HEADER_LENGTH;
  }

  private NetlinkFormatException tooShort(long expected) {
    return new NetlinkFormatException(
        "a message of type "
            + type()
            + " has "
            + payloadLength()
            + " bytes; expected at least "
            + expected);
  }
}
