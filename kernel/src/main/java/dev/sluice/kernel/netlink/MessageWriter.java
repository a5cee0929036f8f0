package dev.sluice.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes netlink messages one after the other into a buffer that grows.
 *
 * <p>A message is {@link #begin begun}, gets its structure by {@link #u8} to {@link #u64} and its
 * attributes by {@link #attribute} and {@link #nest}, and is {@link #end ended}, which sets its
 * length. Numbers are written in host byte order, as netlink has them.
 */
public final class MessageWriter {
  private static final int INITIAL_CAPACITY = 4096;
  private static final int MAXIMUM_ATTRIBUTE_LENGTH = 0xffff;

  private ByteBuffer buffer = allocate(INITIAL_CAPACITY);
  private int start = -1;
  private int messages;

  private static ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
  }

  /** Forgets all messages. */
  public void clear() {
    buffer.clear();
    start = -1;
    messages = 0;
  }

  /** How many messages were ended since the last {@link #clear}. */
  public int messages() {
    return messages;
  }

  /** How many bytes the messages take. */
  public int length() {
    return buffer.position();
  }

  /** Begins a message. Its sequence number is set when it is sent. */
  public MessageWriter begin(int type, int flags) {
    if (start >= 0) {
      throw new IllegalStateException("the message before has not been ended");
    }
    int at = buffer.position();
    reserve(NetlinkDescriptor.HEADER_LENGTH);
    start = at;
    buffer.putInt(0).putShort((short) type).putShort((short) flags).putInt(0).putInt(0);
    return this;
  }

  /** Ends the message. */
  public void end() {
    if (start < 0) {
      throw new IllegalStateException("no message has been begun");
    }
    pad();
    buffer.putInt(start + NetlinkDescriptor.LENGTH_OFFSET, buffer.position() - start);
    start = -1;
    messages++;
  }

  /** Drops the message that was begun, as if it had never been. */
  public void abandon() {
    if (start >= 0) {
      buffer.position(start);
      start = -1;
    }
  }

  /** Adds flags to the message that was begun. */
  public void addFlags(int flags) {
    int at = start + NetlinkDescriptor.FLAGS_OFFSET;
    buffer.putShort(at, (short) (buffer.getShort(at) | flags));
  }

  /** Writes 8 bits. */
  public MessageWriter u8(int value) {
    reserve(1);
    buffer.put((byte) value);
    return this;
  }

  /** Writes 16 bits. */
  public MessageWriter u16(int value) {
    reserve(2);
    buffer.putShort((short) value);
    return this;
  }

  /** Writes 16 bits in network byte order. */
  public MessageWriter be16(int value) {
    return u8(value >>> 8).u8(value);
  }

  /** Writes 32 bits. */
  public MessageWriter u32(int value) {
    reserve(4);
    buffer.putInt(value);
    return this;
  }

  /** Writes 32 bits in network byte order. */
  public MessageWriter be32(int value) {
    return be16(value >>> 16).be16(value);
  }

  /** Writes 64 bits. */
  public MessageWriter u64(long value) {
    reserve(8);
    buffer.putLong(value);
    return this;
  }

  /** Writes bytes. */
  public MessageWriter bytes(byte[] bytes) {
    reserve(bytes.length);
    buffer.put(bytes);
    return this;
  }

  /**
   * Begins an attribute whose payload is written next.
   *
   * @param type its type, with {@link NetlinkDescriptor#NLA_F_NESTED} where that is wanted
   * @return where it begins, for {@link #endNest}
   */
  public int nest(int type) {
    pad();
    int at = buffer.position();
    u16(0).u16(type);
    return at;
  }

  /** Ends an attribute. */
  public void endNest(int begin) {
    int length = buffer.position() - begin;
    if (length > MAXIMUM_ATTRIBUTE_LENGTH) {
      int type =
          buffer.getShort(begin + NetlinkDescriptor.ATTRIBUTE_TYPE_OFFSET)
              & NetlinkDescriptor.NLA_TYPE_MASK;
      throw new NetlinkFormatException(
          "attribute " + type + " takes " + length + " bytes; netlink allows at most 65535");
    }
    buffer.putShort(begin + NetlinkDescriptor.ATTRIBUTE_LENGTH_OFFSET, (short) length);
    pad();
  }

  /** Writes an attribute of these bytes. */
  public MessageWriter attribute(int type, byte[] payload) {
    int begin = nest(type);
    bytes(payload);
    endNest(begin);
    return this;
  }

  /** Writes an attribute without payload. */
  public MessageWriter flag(int type) {
    endNest(nest(type));
    return this;
  }

  /** Writes an attribute of 8 bits. */
  public MessageWriter attribute8(int type, int value) {
    int begin = nest(type);
    u8(value);
    endNest(begin);
    return this;
  }

  /** Writes an attribute of 16 bits. */
  public MessageWriter attribute16(int type, int value) {
    int begin = nest(type);
    u16(value);
    endNest(begin);
    return this;
  }

  /** Writes an attribute of 32 bits. */
  public MessageWriter attribute32(int type, int value) {
    int begin = nest(type);
    u32(value);
    endNest(begin);
    return this;
  }

  /** Writes an attribute of 64 bits. */
  public MessageWriter attribute64(int type, long value) {
    int begin = nest(type);
    u64(value);
    endNest(begin);
    return this;
  }

  /** Writes an attribute of a string and a terminating zero. */
  public MessageWriter attribute(int type, String string) {
    int begin = nest(type);
    bytes(string.getBytes(StandardCharsets.UTF_8));
    u8(0);
    endNest(begin);
    return this;
  }

  /** A copy of all messages. */
  public byte[] toByteArray() {
    byte[] copy = new byte[buffer.position()];
    buffer.get(0, copy);
    return copy;
  }

  /**
   * Numbers the messages in their order.
   *
   * @param first the sequence number of the first
   * @return the buffer, from 0 to the end of the messages
   */
  ByteBuffer numbered(int first) {
    if (start >= 0) {
      throw new IllegalStateException("the last message has not been ended");
    }
    int sequence = first;
    for (int at = 0; at < buffer.position(); sequence++) {
      buffer.putInt(at + NetlinkDescriptor.SEQUENCE_OFFSET, sequence);
      at += buffer.getInt(at + NetlinkDescriptor.LENGTH_OFFSET);
    }
    return buffer.duplicate().order(ByteOrder.nativeOrder()).flip();
  }

  private void pad() {
    while ((buffer.position() & (NetlinkDescriptor.ALIGNMENT - 1)) != 0) {
      u8(0);
    }
  }

  private void reserve(int length) {
    if (buffer.remaining() < length) {
      int needed = Math.addExact(buffer.position(), length);
      ByteBuffer larger = allocate(Math.max(needed, Math.multiplyExact(buffer.capacity(), 2)));
      larger.put(buffer.flip());
      buffer = larger;
    }
  }
}
