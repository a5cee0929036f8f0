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
}
