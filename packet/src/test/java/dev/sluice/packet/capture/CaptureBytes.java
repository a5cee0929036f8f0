package dev.sluice.packet.capture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Builds captures byte by byte, also such as no writer would make, and reads them whole. */
final class CaptureBytes {
  private final ByteBuffer bytes;

  CaptureBytes(ByteOrder order) {
    bytes = ByteBuffer.allocate(1 << 16).order(order);
  }

  /**
   * A packet that was read.
   *
   * @param timestamp when, in nanoseconds
   * @param linkType what it begins with
   * @param interfaceName where
   * @param bytes its bytes in hexadecimal
   * @param originalLength how long it was
   * @param comments what was said about it
   */
  record Read(
      long timestamp,
      int linkType,
      String interfaceName,
      String bytes,
      int originalLength,
      List<String> comments) {}

  /** A header of pcap. */
  CaptureBytes pcap(int magic, int major, int minor, int linkType) {
    bytes.putInt(magic).putShort((short) major).putShort((short) minor).putLong(0);
    bytes.putInt(0).putInt(linkType);
    return this;
  }

  /** A record of pcap. */
  CaptureBytes record(int seconds, int fraction, int first, int second, byte... packet) {
    bytes.putInt(seconds).putInt(fraction).putInt(first).putInt(second).put(packet);
    return this;
  }

  CaptureBytes section() {
    return block(0x0a0d0d0a, 0x1a2b3c4d, 1 << 16, -1, -1, "").version();
  }

  /** Puts the version's two halves into the section header written last, in the file's order. */
  private CaptureBytes version() {
    bytes.putShort(bytes.position() - 16, (short) 1).putShort(bytes.position() - 14, (short) 0);
    return this;
  }

  /** A block of 32-bit numbers and, behind them, bytes that are padded to a multiple of 4. */
  CaptureBytes block(int type, Object... body) {
    int start = bytes.position();
    bytes.putInt(type).putInt(0);
    for (Object part : body) {
      switch (part) {
        case Integer number -> bytes.putInt(number);
        case byte[] octets -> padded(octets);
        case String text -> padded(text.getBytes(StandardCharsets.UTF_8));
        default -> throw new IllegalArgumentException(part.toString());
      }
    }
    int length = bytes.position() + 4 - start;
    bytes.putInt(length).putInt(start + 4, length);
    return this;
  }

  private void padded(byte[] octets) {
    bytes.put(octets);
    while (bytes.position() % 4 != 0) {
      bytes.put((byte) 0);
    }
  }

  /** Two 16-bit numbers as the 32-bit one that has the same bytes. */
  int two(int first, int second) {
    return bytes.order() == ByteOrder.BIG_ENDIAN
        ? first << 16 | second & 0xffff
        : second << 16 | first & 0xffff;
  }

  /** Four bytes as the 32-bit number that has them. */
  int four(int first, int second, int third, int fourth) {
    return ByteBuffer.wrap(new byte[] {(byte) first, (byte) second, (byte) third, (byte) fourth})
        .order(bytes.order())
        .getInt();
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  static List<Read> read(byte[] file) {
    List<Read> packets = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open("test", new ByteArrayInputStream(file))) {
      while (reader.next()) {
        packets.add(
            new Read(
                reader.timestamp(),
                reader.linkType(),
                reader.interfaceName(),
                hex(reader.bytes(), reader.length()),
                reader.originalLength(),
                reader.comments()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packets;
  }

  static String hex(byte[] bytes, int length) {
    return HexFormat.of().formatHex(bytes, 0, length);
  }
}
