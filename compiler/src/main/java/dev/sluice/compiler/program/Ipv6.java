package dev.sluice.compiler.program;

/**
 * An IPv6 header.
 *
 * @param packet the packet
 * @param offset where it begins
 */
public record Ipv6(PacketBytes packet, int offset) {
  private static final int HEADER = 40;
  private static final int MOST_EXTENSIONS = 4;
  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int FRAGMENT_HEADER = 8;
  private static final int DESTINATION_OPTIONS = 60;

  /** The number of what follows the header itself. */
  public int nextHeader() {
    return packet.u8(offset + 6);
  }

  /** The upper half of the sender's address. */
  public long sourceHigh() {
    return packet.u64(offset + 8);
  }

  /** The lower half of the sender's address. */
  public long sourceLow() {
    return packet.u64(offset + 16);
  }

  /** The upper half of the receiver's address. */
  public long destinationHigh() {
    return packet.u64(offset + 24);
  }

  /** The lower half of the receiver's address. */
  public long destinationLow() {
    return packet.u64(offset + 32);
  }

  /** What follows up to four extension headers; of a later fragment, number −1. */
  public Transport transport() {
    int protocol = nextHeader();
    int at = offset + HEADER;
    for (int i = 0; i < MOST_EXTENSIONS; i++) {
      if (protocol == FRAGMENT) {
        if ((packet.u16(at + 2) & ~7) != 0) {
          return new Transport(-1, at);
        }
        protocol = packet.u8(at);
        at += FRAGMENT_HEADER;
      } else if (protocol == HOP_BY_HOP || protocol == ROUTING || protocol == DESTINATION_OPTIONS) {
        int length = (packet.u8(at + 1) + 1) * 8;
        protocol = packet.u8(at);
        at += length;
      } else {
        break;
      }
    }
    return new Transport(protocol, at);
  }
}
