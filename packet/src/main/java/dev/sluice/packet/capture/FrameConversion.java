package dev.sluice.packet.capture;

import dev.sluice.packet.EtherType;
import java.util.Arrays;

/**
 * Makes Ethernet frames of packets that were captured without an Ethernet header. The addresses
 * that are put in are {@code 02:00:00:00:00:02} and {@code …:01}; a source that a Linux cooked
 * header knows is kept.
 */
public final class FrameConversion {
  private static final int ETHERNET = 14;
  private static final int LONGEST_PAYLOAD_OF_802_3 = 1500;

  /** {@code ETH_P_802_3} and {@code ETH_P_802_2}: what follows is counted, not typed. */
  private static final int COUNTED = 1;

  private static final int COUNTED_LLC = 4;

  /** {@code ARPHRD_ETHER} and {@code ARPHRD_LOOPBACK}. */
  private static final int HARDWARE_ETHERNET = 1;

  private static final int HARDWARE_LOOPBACK = 772;

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
    LinkType type = LinkType.find(reader.linkType());
    if (type == null) {
      throw reader.damaged(
          "packets of link type %s are not converted: expected Ethernet (1), raw IP (12, 14, 101, 228, 229), Linux cooked (113, 276) or loopback (0, 108)"
              .formatted(LinkType.describe(reader.linkType())));
    }
    if (type == LinkType.ETHERNET) {
      take(reader.bytes(), 0, reader.length(), 0);
      originalLength = reader.originalLength();
      return;
    }
    int header = type.header();
    if (reader.length() < header) {
      throw reader.damaged(
          "expected a header of %d bytes as of link type %s, found %d"
              .formatted(header, LinkType.describe(type.number()), reader.length()));
    }
    take(reader.bytes(), header, reader.length() - header, ETHERNET);
    originalLength =
        Math.clamp((long) reader.originalLength() - header + ETHERNET, length, Integer.MAX_VALUE);
    frame[0] = 2;
    frame[5] = 2;
    frame[6] = 2;
    frame[11] = 1;
    int protocol =
        switch (type) {
          case LINUX_SLL -> cooked(reader, 2, 4, 6, 14);
          case LINUX_SLL2 -> cooked(reader, 8, 11, 12, 0);
          case IPV4 -> EtherType.IPV4;
          case IPV6 -> EtherType.IPV6;
          case NULL, LOOP, RAW, RAW_12, RAW_14, ETHERNET -> ipVersion(reader);
        };
    frame[12] = (byte) (protocol >>> 8);
    frame[13] = (byte) protocol;
  }

  private void take(byte[] source, int from, int count, int before) {
    if (frame.length < before + count) {
      frame = new byte[2 * (before + count)];
    }
    Arrays.fill(frame, 0, before, (byte) 0);
    System.arraycopy(source, from, frame, before, count);
    length = before + count;
  }

  /** Takes the source out of a Linux cooked header; gives the type of what follows. */
  private int cooked(
      CaptureReader reader, int hardwareAt, int sizeAt, int addressAt, int protocolAt) {
    byte[] bytes = reader.bytes();
    int hardware = u16(bytes, hardwareAt);
    // In the old header the size has two bytes; no address needs the upper one.
    int size = sizeAt == 4 ? u16(bytes, sizeAt) : bytes[sizeAt] & 0xff;
    if (size == 6 && (hardware == HARDWARE_ETHERNET || hardware == HARDWARE_LOOPBACK)) {
      System.arraycopy(bytes, addressAt, frame, 6, 6);
    }
    int protocol = u16(bytes, protocolAt);
    if (protocol >= EtherType.LEAST) {
      return protocol;
    }
    int counted = originalLength - ETHERNET;
    if ((protocol == COUNTED || protocol == COUNTED_LLC) && counted <= LONGEST_PAYLOAD_OF_802_3) {
      return counted;
    }
    throw reader.damaged(
        "no Ethernet frame can be made of a Linux cooked packet of protocol %d on hardware of type %d"
            .formatted(protocol, hardware));
  }

  /** What a packet is by its first four bits, which are the same on every system that captured. */
  private int ipVersion(CaptureReader reader) {
    int version = length == ETHERNET ? -1 : frame[ETHERNET] >>> 4 & 0xf;
    return switch (version) {
      case 4 -> EtherType.IPV4;
      case 6 -> EtherType.IPV6;
      default ->
          throw reader.damaged(
              "expected an IPv4 or IPv6 packet as of link type %s, found %s"
                  .formatted(
                      LinkType.describe(reader.linkType()),
                      version < 0 ? "nothing" : "version " + version));
    };
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
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
