package dev.sluice.compiler.program;

/** The Ethernet header, with the VLAN tags that are in the packet's bytes. */
public record Ethernet(PacketBytes packet) {
  /** Ethernet type of IPv4. */
  public static final int IPV4 = 0x0800;

  /** Ethernet type of IPv6. */
  public static final int IPV6 = 0x86dd;

  /** Ethernet type of a VLAN tag. */
  public static final int VLAN = 0x8100;

  /** Ethernet type of a provider's VLAN tag. */
  public static final int PROVIDER_VLAN = 0x88a8;

  /** Smaller numbers are lengths. */
  private static final int FIRST_TYPE = 0x600;

  private static final int RAW_802_3 = 1;
  private static final int LLC = 4;
  private static final int HEADER = 14;
  private static final int TAG = 4;

  /** The type as it is in the header, of a VLAN tag where there is one. */
  public int outerType() {
    return packet.u16(12);
  }

  /** What follows the header and up to two tags. */
  public Payload payload() {
    int type = packet.u16(12);
    int offset = HEADER;
    if (isTag(type)) {
      type = packet.u16(HEADER + 2);
      offset = HEADER + TAG;
      if (isTag(type)) {
        type = packet.u16(HEADER + TAG + 2);
        offset = HEADER + 2 * TAG;
      }
    }
    return new Payload(type, offset);
  }

  /** What the kernel makes of the type at an offset ({@code eth_type_trans}). */
  static int protocol(byte[] bytes, int offset) {
    int type = u16(bytes, offset);
    if (type >= FIRST_TYPE) {
      return type;
    }
    return u16(bytes, offset + 2) == 0xffff ? RAW_802_3 : LLC;
  }

  private static int u16(byte[] bytes, int at) {
    return at + 2 <= bytes.length ? (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff : 0;
  }

  static boolean isTag(int type) {
    return type == VLAN || type == PROVIDER_VLAN;
  }

  /**
   * What is in a frame.
   *
   * @param type its Ethernet type
   * @param offset where it begins
   */
  public record Payload(int type, int offset) {}
}
