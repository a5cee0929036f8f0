package dev.sluice.compiler.program;

/**
 * An IPv4 header.
 *
 * @param packet the packet
 * @param offset where it begins
 */
public record Ipv4(PacketBytes packet, int offset) {
  private static final int FRAGMENT_OFFSET = 0x1fff;

  /** The header's length in bytes with its options, 0 to 60. */
  public int headerLength() {
    return (packet.u8(offset) & 0xf) * 4;
  }

  /** The type-of-service byte. */
  public int typeOfService() {
    return packet.u8(offset + 1);
  }

  /** The packet's length in bytes from here on. */
  public int totalLength() {
    return packet.u16(offset + 2);
  }

  /** Whether it is a fragment other than the first, which has no ports. */
  public boolean isLaterFragment() {
    return (packet.u16(offset + 6) & FRAGMENT_OFFSET) != 0;
  }

  /** What follows: 1 ICMP, 6 TCP, 17 UDP, ... */
  public int protocol() {
    return packet.u8(offset + 9);
  }

  /** The sender's address. */
  public int source() {
    return packet.u32(offset + 12);
  }

  /** The receiver's address. */
  public int destination() {
    return packet.u32(offset + 16);
  }

  /** Where what follows begins. */
  public int payload() {
    return offset + headerLength();
  }
}
