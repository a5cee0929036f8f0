package dev.sluice.packet.capture;

import org.jspecify.annotations.Nullable;

/**
 * What packets of a capture begin with ({@code LINKTYPE_*}), as far as an Ethernet frame can be
 * made of them.
 */
public enum LinkType {
  /** Nothing, or BSD's loopback: 4 bytes of address family in the byte order of the capturer. */
  NULL(0, 4),
  /** An Ethernet header. */
  ETHERNET(1, 0),
  /** An IPv4 or IPv6 header. */
  RAW(101, 0),
  /** An IPv4 or IPv6 header, as older OpenBSD numbers it. */
  RAW_12(12, 0),
  /** An IPv4 or IPv6 header, as older systems number it. */
  RAW_14(14, 0),
  /** OpenBSD's loopback: 4 bytes of address family, big-endian. */
  LOOP(108, 4),
  /** Linux's header for captures of any device. */
  LINUX_SLL(113, 16),
  /** An IPv4 header. */
  IPV4(228, 0),
  /** An IPv6 header. */
  IPV6(229, 0),
  /** Linux's newer header for captures of any device. */
  LINUX_SLL2(276, 20);

  private final int number;
  private final int header;

  LinkType(int number, int header) {
    this.number = number;
    this.header = header;
  }

  /** The number in files. */
  public int number() {
    return number;
  }

  /** Bytes before the network header that are no Ethernet header. */
  int header() {
    return header;
  }

  /** The type with a number; null for one that no Ethernet frame can be made of. */
  public static @Nullable LinkType find(int number) {
    for (LinkType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return null;
  }

  /**
   * A type's number and, if it has one here, its name, such as {@code 127 (IEEE802_11_RADIOTAP)},
   * whether frames can be made of it or not.
   */
  public static String describe(int number) {
    LinkType known = find(number);
    String name = known != null ? known.name() : otherName(number);
    return name == null ? Integer.toString(number) : number + " (" + name + ")";
  }

  /** Names of types that are met and not converted (tcpdump.org's list). */
  private static @Nullable String otherName(int number) {
    return switch (number) {
      case 6 -> "IEEE802_5";
      case 8 -> "SLIP";
      case 9 -> "PPP";
      case 50 -> "PPP_HDLC";
      case 51 -> "PPP_ETHER";
      case 104 -> "C_HDLC";
      case 105 -> "IEEE802_11";
      case 107 -> "FRELAY";
      case 119 -> "IEEE802_11_PRISM";
      case 127 -> "IEEE802_11_RADIOTAP";
      case 147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162 ->
          "USER" + (number - 147);
      case 187 -> "BLUETOOTH_HCI_H4";
      case 189 -> "USB_LINUX";
      case 192 -> "PPI";
      case 195 -> "IEEE802_15_4_WITHFCS";
      case 201 -> "BLUETOOTH_HCI_H4_WITH_PHDR";
      case 220 -> "USB_LINUX_MMAPPED";
      case 227 -> "CAN_SOCKETCAN";
      case 239 -> "NFLOG";
      case 247 -> "INFINIBAND";
      case 249 -> "USBPCAP";
      case 253 -> "NETLINK";
      case 271 -> "VSOCK";
      default -> null;
    };
  }
}
