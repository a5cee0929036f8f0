package dev.sluice.packet.capture;

import org.jspecify.annotations.Nullable;

/**
 * Makes Ethernet frames of packets that were captured without an Ethernet header. The addresses
 * that are put in are {@code 02:00:00:00:00:02} and {@code …:01}.
 */
public final class FrameConversion {
  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;

  private byte[] frame = new byte[2048];
  private int length;
  private int originalLength;

  /** A conversion without a packet yet. */
  public FrameConversion() {}

  /**
   * Converts the packet that a reader is at.
   *
   * @throws CaptureException if no Ethernet frame can be made of it
   */
  public void convert(CaptureReader reader) {
    @Nullable LinkType type = LinkType.find(reader.linkType());
    if (type == null) {
      throw reader.damaged(
          "link type %d is not read: expected Ethernet (1), raw IP (101), Linux cooked (113, 276) or loopback (0, 108)"
              .formatted(reader.linkType()));
    }
    if (type == LinkType.ETHERNET) {
      take(reader.bytes(), 0, reader.length(), 0);
      originalLength = reader.originalLength();
      return;
    }
    int header = Math.min(type.header(), reader.length());
    take(reader.bytes(), header, reader.length() - header, ETHERNET);
    originalLength = reader.originalLength() - header + ETHERNET;
    int protocol = protocol(reader, type, header);
    frame[0] = 2;
    frame[5] = 2;
    frame[6] = 2;
    frame[11] = 1;
    frame[12] = (byte) (protocol >>> 8);
    frame[13] = (byte) protocol;
  }

  private void take(byte[] source, int from, int count, int before) {
    if (frame.length < before + count) {
      frame = new byte[2 * (before + count)];
    }
    java.util.Arrays.fill(frame, 0, before, (byte) 0);
    System.arraycopy(source, from, frame, before, count);
    length = before + count;
  }

  private int protocol(CaptureReader reader, LinkType type, int header) {
    byte[] bytes = reader.bytes();
    if (type == LinkType.LINUX_SLL && header == type.header()) {
      return (bytes[14] & 0xff) << 8 | bytes[15] & 0xff;
    }
    if (type == LinkType.LINUX_SLL2 && header == type.header()) {
      return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    }
    if (length == ETHERNET) {
      return 0;
    }
    return switch (frame[ETHERNET] >>> 4 & 0xf) {
      case 4 -> IPV4;
      case 6 -> IPV6;
      default -> 0;
    };
  }

  /** The frame's bytes, from 0 to {@link #length}. */
  public byte[] frame() {
    return frame;
  }

  /** How many bytes of it there are. */
  public int length() {
    return length;
  }

  /** How long it was. */
  public int originalLength() {
    return originalLength;
  }
}
