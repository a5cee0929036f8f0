package dev.sluice.bpf.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Bytes of a file, little endian; whoever reads behind their end gets a fault. */
final class ElfBytes {
  /** Longest name, in bytes: a file whose names share their ends could hold any number of bytes. */
  private static final int MAX_NAME = 512;

  private final String place;
  private final ByteBuffer bytes;

  private ElfBytes(String place, ByteBuffer bytes) {
    this.place = place;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All of a file. */
  static ElfBytes of(byte[] file) {
    return new ElfBytes("the file", ByteBuffer.wrap(file));
  }

  /**
   * A part of these.
   *
   * @param name what faults call it
   * @param offset as the file says it, so that it may be anything
   * @param size likewise
   */
  ElfBytes part(String name, long offset, long size) {
    if (offset < 0 || size < 0 || offset > length() || size > length() - offset) {
      throw new ElfFault(
          name,
          "expected %s bytes from byte %s on, but %s ends at byte %d"
              .formatted(
                  Long.toUnsignedString(size), Long.toUnsignedString(offset), place, length()));
    }
    return new ElfBytes(name, bytes.slice((int) offset, (int) size));
  }

  int length() {
    return bytes.capacity();
  }

  String place() {
    return place;
  }

  private int at(long offset, int size) {
    if (offset < 0 || offset > length() - size) {
      throw new ElfFault(
          place,
          "expected %d bytes at byte %s, but it ends at byte %d"
              .formatted(size, Long.toUnsignedString(offset), length()));
    }
    return (int) offset;
  }

  int u8(long offset) {
    return bytes.get(at(offset, 1)) & 0xff;
  }

  int u16(long offset) {
    return bytes.getShort(at(offset, 2)) & 0xffff;
  }

  int s32(long offset) {
    return bytes.getInt(at(offset, 4));
  }

  long u32(long offset) {
    return Integer.toUnsignedLong(s32(offset));
  }

  long u64(long offset) {
    return bytes.getLong(at(offset, 8));
  }

  /** The text from an offset to the next NUL. */
  String text(long offset) {
    int start = at(offset, 1);
    int end = start;
    while (u8(end) != 0) {
      end++;
      if (end - start > MAX_NAME) {
        throw new ElfFault(
            place, "the name at byte %d has more than %d bytes".formatted(start, MAX_NAME));
      }
    }
    return new String(array(start, end - start), StandardCharsets.UTF_8);
  }

  byte[] array() {
    return array(0, length());
  }

  byte[] array(int offset, int size) {
    byte[] copy = new byte[size];
    bytes.get(offset, copy);
    return copy;
  }
}
