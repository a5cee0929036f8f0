package dev.sluice.policy.program;

/**
 * Where a service, a protocol with a port, stands in {@link Tables#SERVICES}: TCP's ports, UDP's,
 * SCTP's, then ICMP's types; what is none of these is service 0.
 */
public final class Services {
  /** Protocols with a place of their own. */
  public static final int PROTOCOLS = 4;

  /** Ports of a protocol. */
  public static final int PORTS = 1 << 16;

  /** Words of four services. */
  public static final int WORDS = PROTOCOLS * PORTS / 4;

  private static final int SCTP = 132;

  private Services() {}

  /** Whether a protocol begins with two ports. */
  static boolean hasPorts(int protocol) {
    return protocol == 6 || protocol == 17 || protocol == SCTP;
  }

  /** The place of a protocol, 0 to 3; 4 for others. */
  public static int place(int protocol) {
    return switch (protocol) {
      case 6 -> 0;
      case 17 -> 1;
      case SCTP -> 2;
      case 1, 58 -> 3;
      default -> PROTOCOLS;
    };
  }
}
