package dev.sluice.packet;

/**
 * A view of an IPv4 packet. Bytes behind its total length, such as Ethernet's padding, do not
 * belong to it. A total length of 0, as segmentation in hardware leaves it in captures, means all
 * bytes there are.
 */
public final class Ipv4Packet extends HeaderView {
  /** Bytes of a header without options. */
  public static final int HEADER = 20;

  private static final int TYPE_OF_SERVICE = 1;
  private static final int TOTAL_LENGTH = 2;
  private static final int IDENTIFICATION = 4;
  private static final int FRAGMENT = 6;
  private static final int TIME_TO_LIVE = 8;
  private static final int PROTOCOL = 9;
  private static final int CHECKSUM = 10;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;

  private static final int DO_NOT_FRAGMENT = 0x4000;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int FRAGMENT_OFFSET = 0x1fff;

  /** A view that points at nothing yet. */
  public Ipv4Packet() {}

  @Override
  int leastLength() {
    return HEADER;
  }

  @Override
  int measure() {
    int first = u8(0);
    int header = (first & 15) * 4;
    int total = u16(TOTAL_LENGTH);
    boolean right = first >>> 4 == 4 && header >= HEADER && (total == 0 || total >= header);
    return right ? header : -1;
  }

  /** The type of service: DSCP in the upper six bits, congestion notification in the lower two. */
  public int typeOfService() {
    return u8(TYPE_OF_SERVICE);
  }

  /** How long the packet says it is, header and all; 0 if it does not say. */
  public int totalLength() {
    return u16(TOTAL_LENGTH);
  }

  /** What the fragments of one packet have in common. */
  public int identification() {
    return u16(IDENTIFICATION);
  }

  /** Whether routers must not cut it. */
  public boolean isNotToBeFragmented() {
    return (u16(FRAGMENT) & DO_NOT_FRAGMENT) != 0;
  }

  /** Whether fragments of it follow. */
  public boolean hasMoreFragments() {
    return (u16(FRAGMENT) & MORE_FRAGMENTS) != 0;
  }

  /** Where this fragment belongs, in bytes. */
  public int fragmentOffset() {
    return (u16(FRAGMENT) & FRAGMENT_OFFSET) * 8;
  }

  /** Whether it is only a part of a packet. */
  public boolean isFragment() {
    return (u16(FRAGMENT) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0;
  }

  /** How many routers it may still pass. */
  public int timeToLive() {
    return u8(TIME_TO_LIVE);
  }

  /** What it carries: an {@link IpProtocol}. */
  public int protocol() {
    return u8(PROTOCOL);
  }

  /** The header's checksum. */
  public int checksum() {
    return u16(CHECKSUM);
  }

  /** Whether the header's checksum is right. */
  public boolean isChecksumRight() {
    return InternetChecksum.of(array(), offset(), headerLength()) == 0;
  }

  /** Where it comes from. */
  public int source() {
    return i32(SOURCE);
  }

  /** Where it goes. */
  public int destination() {
    return i32(DESTINATION);
  }

  /** A copy of the options, 0 to 40 bytes. */
  public Octets options() {
    return octets(HEADER, headerLength() - HEADER);
  }

  @Override
  public int payloadLength() {
    int total = totalLength();
    return (total == 0 ? available() : Math.min(total, available())) - headerLength();
  }

  /** Whether bytes of it were not captured. */
  public boolean isCut() {
    return totalLength() > available();
  }
}
