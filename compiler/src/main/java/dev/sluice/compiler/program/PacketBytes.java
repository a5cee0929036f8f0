package dev.sluice.compiler.program;

import java.nio.ByteBuffer;

/**
 * The bytes of a packet. Numbers of several bytes are in network byte order. What is read or
 * written must lie between the packet's first byte and its last, and begin within the first 32,767:
 * otherwise the program ends with {@link BpfProgram#otherwise}.
 */
public abstract sealed class PacketBytes permits SkBuff, XdpContext {
  /** The furthest that a read or write may begin. */
  public static final int MAX_OFFSET = 0x7fff;

  private ByteBuffer bytes;

  PacketBytes(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes.clone());
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
    bytes.put(place(offset, 1), (byte) value);
  }

  /** Writes the lowest 16 bits of a number. */
  public final void setU16(int offset, int value) {
    bytes.putShort(place(offset, 2), (short) value);
  }

  /** Writes 32 bits. */
  public final void setU32(int offset, int value) {
    bytes.putInt(place(offset, 4), value);
  }

  /** Writes 64 bits. */
  public final void setU64(int offset, long value) {
    bytes.putLong(place(offset, 8), value);
  }

  /** The bytes as they are now. */
  public final byte[] toArray() {
    return bytes.array().clone();
  }

  /** The packet has other bytes from now on. */
  final void replaceBytes(byte[] newBytes) {
    bytes = ByteBuffer.wrap(newBytes);
  }

  final int size() {
    return bytes.capacity();
  }

  private int place(int offset, int size) {
    if (offset < 0 || offset > MAX_OFFSET || offset > bytes.capacity() - size) {
      throw new Ended(
          "%d bytes at %d are not in the packet of %d bytes"
              .formatted(size, offset, bytes.capacity()));
    }
    return offset;
  }
}
