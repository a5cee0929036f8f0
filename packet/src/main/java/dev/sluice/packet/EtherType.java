package dev.sluice.packet;

/** What an Ethernet frame carries, by number ({@code include/uapi/linux/if_ether.h}). */
public final class EtherType {
  /** The least number that is a type; below it is the length of an IEEE 802.3 frame. */
  public static final int LEAST = 0x0600;

  /** IPv4. */
  public static final int IPV4 = 0x0800;

  /** Address resolution. */
  public static final int ARP = 0x0806;

  /** A tag of IEEE 802.1Q. */
  public static final int VLAN = 0x8100;

  /** IPv6. */
  public static final int IPV6 = 0x86dd;

  /** A provider's tag of IEEE 802.1ad. */
  public static final int PROVIDER_VLAN = 0x88a8;

  private EtherType() {}

  /** Whether a tag follows. */
  public static boolean isVlan(int type) {
    return type == VLAN || type == PROVIDER_VLAN;
  }
}
