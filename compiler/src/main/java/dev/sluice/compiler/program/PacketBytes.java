package dev.sluice.compiler.program;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of a packet. Numbers of several bytes are in network byte order. What is read or
 * written must lie between the packet's first byte and its last, and begin within the first 32,767:
 * otherwise the program ends with {@link BpfProgram#otherwise}.
 */
public abstract sealed class PacketBytes permits SocketBuffer, XdpContext {
  /** The furthest that a read or write may begin. */
  public static final int MAX_OFFSET = 0x7fff;

  /** The packet, and perhaps room before it. */
  private ByteBuffer bytes;

  private int start;

  PacketBytes(byte[] bytes, int room) {
    byte[] whole = new byte[room + bytes.length];
    System.arraycopy(bytes, 0, whole, room, bytes.length);
    this.bytes = ByteBuffer.wrap(whole);
    start = room;
  }

  /** The byte at an offset, 0 to 255. */
  public final int u8(int offset) {
    return bytes.get(place(offset, 1)) & 0xff;
  }

  /** The two bytes at an offset, 0 to 65,535. */
  public final int u16(int offset) {
    return bytes.getShort(place(offset, 2)) & 0xffff;
  }

  /** The four bytes at an offset; a negative number if the first bit is set. */
  public final int u32(int offset) {
    return bytes.getInt(place(offset, 4));
  }

  /** The eight bytes at an offset; a negative number if the first bit is set. */
  public final long u64(int offset) {
    return bytes.getLong(place(offset, 8));
  }

  /** Writes the lowest 8 bits of a number. */
  public final void setU8(int offset, int value) {
    bytes.put(writablePlace(offset, 1), (byte) value);
  }

  /** Writes the lowest 16 bits of a number. */
  public final void setU16(int offset, int value) {
    bytes.putShort(writablePlace(offset, 2), (short) value);
  }

  /** Writes 32 bits. */
  public final void setU32(int offset, int value) {
    bytes.putInt(writablePlace(offset, 4), value);
  }

  /** Writes 64 bits. */
  public final void setU64(int offset, long value) {
    bytes.putLong(writablePlace(offset, 8), value);
  }

  /** The bytes as they are now. */
  public final byte[] toArray() {
    return Arrays.copyOfRange(bytes.array(), start, bytes.capacity());
  }

  final int size() {
    return bytes.capacity() - start;
  }

  /** Two bytes anywhere in the packet. */
  final int word(int offset) {
    return bytes.getShort(start + offset) & 0xffff;
  }

  /** Writes two bytes anywhere in the packet. */
  final void word(int offset, int value) {
    bytes.putShort(start + offset, (short) value);
  }

  /** Bytes before the packet that it may grow into. */
  final int room() {
    return start;
  }

  /** Lets the packet begin further on, or further back with what bytes there are. */
  final void moveStart(int by) {
    start += by;
  }

  /** Puts zeros between the packet's bytes, or behind them. */
  final void insert(int offset, int count) {
    byte[] old = bytes.array();
    int at = start + offset;
    byte[] longer = Arrays.copyOf(old, old.length + count);
    System.arraycopy(old, at, longer, at + count, old.length - at);
    Arrays.fill(longer, at, at + count, (byte) 0);
    bytes = ByteBuffer.wrap(longer);
  }

  /** Takes bytes out. */
  final void remove(int offset, int count) {
    byte[] old = bytes.array();
    int at = start + offset;
    byte[] shorter = Arrays.copyOf(old, old.length - count);
    System.arraycopy(old, at + count, shorter, at, shorter.length - at);
    bytes = ByteBuffer.wrap(shorter);
  }

  /** Makes the packet longer at its end, with zeros, or shorter. */
  final void resize(int length) {
    bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), start + length));
  }

  /** Whether programs may write to the packet. */
  boolean isWritable() {
    return true;
  }

  private int writablePlace(int offset, int size) {
    if (!isWritable()) {
      throw new UnsupportedOperationException("programs of a control group only read the packet");
    }
    return place(offset, size);
  }

  private int place(int offset, int size) {
    if (offset < 0 || offset > MAX_OFFSET || offset > size() - size) {
      throw new Ended(
          "%d bytes at %d are not in the packet of %d bytes".formatted(size, offset, size()));
    }
    return start + offset;
  }
}
