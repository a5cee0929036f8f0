package dev.sluice.engine.filter;

import dev.sluice.engine.skb.SocketBuffer;

/** Where the network header of a packet begins ({@code skb_network_offset}). */
final class NetworkHeader {
  /** Bytes of an Ethernet header. */
  static final int ETHERNET = 14;

  private static final int TAG = 4;
  private static final int CUSTOMER_TAG = 0x8100;
  private static final int SERVICE_TAG = 0x88a8;

  private NetworkHeader() {}

  /**
   * Bytes from the packet's begin. Where a VLAN tag lies behind the Ethernet header, the network
   * header is behind the tag, as a sender in the kernel sets it.
   */
  static int offset(SocketBuffer packet) {
    int offset = packet.networkHeader - packet.head;
    int held = packet.end - packet.head;
    while (offset >= ETHERNET && offset + TAG <= held && isTag(protocolBefore(packet, offset))) {
      offset += TAG;
    }
    return offset;
  }

  private static int protocolBefore(SocketBuffer packet, int offset) {
    int at = packet.head + offset - 2;
    return (packet.bytes[at] & 0xff) << 8 | (packet.bytes[at + 1] & 0xff);
  }

  private static boolean isTag(int protocol) {
    return protocol == CUSTOMER_TAG || protocol == SERVICE_TAG;
  }
}
