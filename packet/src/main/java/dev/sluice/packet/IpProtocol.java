package dev.sluice.packet;

import org.jspecify.annotations.Nullable;

/** What an IP packet carries, by number ({@code include/uapi/linux/in.h}, {@code in6.h}). */
public final class IpProtocol {
  /** IPv6's options for every hop. */
  public static final int HOP_BY_HOP = 0;

  /** ICMP of IPv4. */
  public static final int ICMP = 1;

  /** TCP. */
  public static final int TCP = 6;

  /** UDP. */
  public static final int UDP = 17;

  /** DCCP. */
  public static final int DCCP = 33;

  /** IPv6's routing header. */
  public static final int ROUTING = 43;

  /** IPv6's fragment header. */
  public static final int FRAGMENT = 44;

  /** Encrypted payload. */
  public static final int ESP = 50;

  /** The authentication header. */
  public static final int AUTHENTICATION = 51;

  /** ICMP of IPv6. */
  public static final int ICMPV6 = 58;

  /** Nothing follows. */
  public static final int NO_NEXT = 59;

  /** IPv6's options for the destination. */
  public static final int DESTINATION_OPTIONS = 60;

  /** SCTP. */
  public static final int SCTP = 132;

  /** IPv6's mobility header. */
  public static final int MOBILITY = 135;

  /** UDP that covers only a part with its checksum. */
  public static final int UDP_LITE = 136;

  private IpProtocol() {}

  /** Whether packets of a protocol begin with a source and a destination port. */
  public static boolean hasPorts(int protocol) {
    return switch (protocol) {
      case TCP, UDP, DCCP, SCTP, UDP_LITE -> true;
      default -> false;
    };
  }

  /** Whether a number is that of an extension header of IPv6 that tells what follows it. */
  public static boolean isExtension(int protocol) {
    return switch (protocol) {
      case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS, MOBILITY -> true;
      default -> false;
    };
  }

  /** A protocol's name in small letters; null if it has none here. */
  public static @Nullable String name(int protocol) {
    return switch (protocol) {
      case HOP_BY_HOP -> "hop-by-hop";
      case ICMP -> "icmp";
      case TCP -> "tcp";
      case UDP -> "udp";
      case DCCP -> "dccp";
      case ROUTING -> "routing";
      case FRAGMENT -> "fragment";
      case ESP -> "esp";
      case AUTHENTICATION -> "ah";
      case ICMPV6 -> "icmp6";
      case NO_NEXT -> "nothing";
      case DESTINATION_OPTIONS -> "destination-options";
      case SCTP -> "sctp";
      case MOBILITY -> "mobility";
      case UDP_LITE -> "udplite";
      default -> null;
    };
  }
}
