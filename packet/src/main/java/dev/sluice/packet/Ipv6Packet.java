package dev.sluice.packet;

/**
 * A view of an IPv6 packet and its extension headers. Bytes behind its payload length do not belong
 * to it. A payload length of 0 before a hop-by-hop header, as in jumbograms, means all bytes there
 * are.
 */
public final class Ipv6Packet extends HeaderView {
  /** Bytes of the header without extensions. */
  public static final int HEADER = 40;

  private static final int PAYLOAD_LENGTH = 4;
  private static final int NEXT_HEADER = 6;
  private static final int HOP_LIMIT = 7;
  private static final int SOURCE = 8;
  private static final int DESTINATION = 24;
  private static final int LEAST_EXTENSION = 8;

  private int transportProtocol;
  private int transport;
  private int fragment;
  private boolean whole;

  /** A view that points at nothing yet. */
  public Ipv6Packet() {}

  @Override
  int leastLength() {
    return HEADER;
  }

  @Override
  int measure() {
    if (u8(0) >>> 4 != 6) {
      return -1;
    }
    walk();
    return HEADER;
  }

  /** Finds what follows the extension headers. Each takes 8 bytes or more, so it ends. */
  private void walk() {
    int protocol = u8(NEXT_HEADER);
    int at = HEADER;
    int end = HEADER + payload();
    fragment = -1;
    whole = true;
    while (IpProtocol.isExtension(protocol) && !isLaterFragment()) {
      int size = at + LEAST_EXTENSION > end ? Integer.MAX_VALUE : extensionLength(protocol, at);
      if (size > end - at) {
        whole = false;
        break;
      }
      if (protocol == IpProtocol.FRAGMENT) {
        fragment = at;
      }
      protocol = u8(at);
      at += size;
    }
    transportProtocol = protocol;
    transport = at;
  }

  private int extensionLength(int type, int at) {
    return switch (type) {
      case IpProtocol.FRAGMENT -> LEAST_EXTENSION;
      case IpProtocol.AUTHENTICATION -> Math.max(LEAST_EXTENSION, (u8(at + 1) + 2) * 4);
      default -> (u8(at + 1) + 1) * 8;
    };
  }

  private boolean isLaterFragment() {
    return fragment >= 0 && fragmentOffset() != 0;
  }

  private int payload() {
    int said = u16(PAYLOAD_LENGTH);
    int there = available() - HEADER;
    boolean unsaid = said == 0 && u8(NEXT_HEADER) == IpProtocol.HOP_BY_HOP;
    return unsaid ? there : Math.min(said, there);
  }

  /** The traffic class: DSCP in the upper six bits, congestion notification in the lower two. */
  public int trafficClass() {
    return i32(0) >>> 20 & 0xff;
  }

  /** What packets of one flow have in common, 20 bits. */
  public int flowLabel() {
    return i32(0) & 0xf_ffff;
  }

  /** How long the packet says that all behind this header is; 0 in a jumbogram. */
  public int saidPayloadLength() {
    return u16(PAYLOAD_LENGTH);
  }

  /** What follows this header: an {@link IpProtocol}, maybe of an extension. */
  public int nextHeader() {
    return u8(NEXT_HEADER);
  }

  /** How many routers it may still pass. */
  public int hopLimit() {
    return u8(HOP_LIMIT);
  }

  /** The upper half of where it comes from. */
  public long sourceHigh() {
    return i64(SOURCE);
  }

  /** The lower half of where it comes from. */
  public long sourceLow() {
    return i64(SOURCE + 8);
  }

  /** The upper half of where it goes. */
  public long destinationHigh() {
    return i64(DESTINATION);
  }

  /** The lower half of where it goes. */
  public long destinationLow() {
    return i64(DESTINATION + 8);
  }

  /** How many bytes are there behind the first header, extensions and all. */
  @Override
  public int payloadLength() {
    return payload();
  }

  /** What follows the extension headers; the number of an extension if that is not whole. */
  public int transportProtocol() {
    requirePresent();
    return transportProtocol;
  }

  /** The index in the {@link #array} of the first byte behind the extension headers. */
  public int transportOffset() {
    requirePresent();
    return offset() + transport;
  }

  /** How many bytes are there behind the extension headers. */
  public int transportLength() {
    return HEADER + payload() - transport;
  }

  /** Whether all extension headers are whole. */
  public boolean areExtensionsWhole() {
    requirePresent();
    return whole;
  }

  /** Whether it is only a part of a packet. */
  public boolean isFragment() {
    requirePresent();
    return fragment >= 0 && (u16(fragment + 2) & 0xfff9) != 0;
  }

  /** Whether fragments of it follow. */
  public boolean hasMoreFragments() {
    requirePresent();
    return fragment >= 0 && (u16(fragment + 2) & 1) != 0;
  }

  /** Where this fragment belongs, in bytes. */
  public int fragmentOffset() {
    return fragment < 0 ? 0 : u16(fragment + 2) & 0xfff8;
  }

  /** Whether bytes of it were not captured. */
  public boolean isCut() {
    return u16(PAYLOAD_LENGTH) > available() - HEADER;
  }
}
