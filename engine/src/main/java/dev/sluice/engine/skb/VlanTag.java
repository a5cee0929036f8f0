package dev.sluice.engine.skb;

/**
 * VLAN tags, of which the outermost is kept beside the packet and not in its bytes ({@code
 * skb_vlan_push} and {@code skb_vlan_pop} in {@code net/core/skbuff.c}).
 */
public final class VlanTag {
  /** Ethernet type of a tag of 802.1Q. */
  public static final int CUSTOMER = 0x8100;

  /** Ethernet type of a tag of 802.1ad. */
  public static final int SERVICE = 0x88a8;

  /** Bytes of a tag. */
  public static final int BYTES = 4;

  private static final int TYPE = 12;

  private VlanTag() {}

  /** Whether an Ethernet type is that of a tag. */
  public static boolean is(int protocol) {
    return protocol == CUSTOMER || protocol == SERVICE;
  }

  /**
   * Gives a packet a tag. A tag that was beside it goes into its bytes first.
   *
   * @param protocol the tag's Ethernet type
   * @param tci its priority, drop eligibility and number
   */
  public static void push(SocketBuffer packet, int protocol, int tci) {
    if (packet.vlanPresent) {
      insert(packet);
      packet.protocol = packet.vlanProtocol;
      packet.networkHeader -= BYTES;
    }
    packet.vlanPresent = true;
    packet.vlanProtocol = protocol;
    packet.vlanTag = tci & 0xffff;
  }

  private static void insert(SocketBuffer packet) {
    packet.push(BYTES);
    packet.macHeader = packet.head;
    byte[] bytes = packet.bytes;
    int head = packet.head;
    System.arraycopy(bytes, head + BYTES, bytes, head, TYPE);
    writeShort(bytes, head + TYPE, packet.vlanProtocol);
    writeShort(bytes, head + TYPE + 2, packet.vlanTag);
  }

  /**
   * Takes a packet's outer tag off, and puts the next one, if there is one, beside it.
   *
   * @return whether it went well: false if a tag in the bytes is not held whole
   */
  public static boolean pop(SocketBuffer packet) {
    if (packet.vlanPresent) {
      packet.vlanPresent = false;
      packet.vlanProtocol = 0;
      packet.vlanTag = 0;
    } else {
      if (!is(packet.protocol)) {
        return true;
      }
      if (remove(packet) < 0) {
        return false;
      }
    }
    int next = packet.protocol;
    if (!is(next)) {
      return true;
    }
    int tci = remove(packet);
    if (tci < 0) {
      return false;
    }
    packet.vlanPresent = true;
    packet.vlanProtocol = next;
    packet.vlanTag = tci;
    return true;
  }

  /** Takes the tag out of the bytes; it, or −1 if it is not held. */
  private static int remove(SocketBuffer packet) {
    if (packet.held() < SocketBuffer.ETHERNET_HEADER + BYTES) {
      return -1;
    }
    byte[] bytes = packet.bytes;
    int head = packet.head;
    int tci = ((bytes[head + 14] & 0xff) << 8) | (bytes[head + 15] & 0xff);
    packet.protocol = packet.protocolAt(head + 16);
    System.arraycopy(bytes, head, bytes, head + BYTES, TYPE);
    packet.pull(BYTES);
    packet.macHeader = packet.head;
    packet.networkHeader =
        Math.max(packet.networkHeader, packet.head + SocketBuffer.ETHERNET_HEADER);
    return tci;
  }

  private static void writeShort(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}
