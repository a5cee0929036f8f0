package dev.sluice.compiler.program;

/** How {@link SkBuff#adjustRoom} makes room ({@code enum bpf_adj_room_mode} and its flags). */
public final class Room {
  /** Behind the network header. */
  public static final int NETWORK = 0;

  /** Behind the Ethernet header. */
  public static final int MAC = 1;

  /** Segments stay as long as they are. */
  public static final long FIXED_GSO = 1;

  /** The room is for an outer IPv4 header, and what follows it. */
  public static final long ENCAP_IPV4 = 1 << 1;

  /** The room is for an outer IPv6 header, and what follows it. */
  public static final long ENCAP_IPV6 = 1 << 2;

  /** Of which one is a GRE header. */
  public static final long ENCAP_GRE = 1 << 3;

  /** Of which one is a UDP header. */
  public static final long ENCAP_UDP = 1 << 4;

  /** Whoever vouched for the packet's checksum still does. */
  public static final long NO_CHECKSUM_RESET = 1 << 5;

  /** The inner packet has an Ethernet header, of {@link #innerMac} bytes. */
  public static final long ENCAP_ETHERNET = 1 << 6;

  /** What is left is a packet of IPv4. */
  public static final long DECAP_IPV4 = 1 << 7;

  /** What is left is a packet of IPv6. */
  public static final long DECAP_IPV6 = 1 << 8;

  private static final long ENCAP = ENCAP_IPV4 | ENCAP_IPV6;
  private static final long TUNNEL = ENCAP_GRE | ENCAP_UDP;
  private static final long DECAP = DECAP_IPV4 | DECAP_IPV6;
  private static final long ALL =
      FIXED_GSO | ENCAP | TUNNEL | NO_CHECKSUM_RESET | ENCAP_ETHERNET | DECAP | 0xffL << 56;
  private static final int MOST = 0xfff;
  private static final int ETHERNET = 14;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int EFAULT = -14;
  private static final int EINVAL = -22;
  private static final int ENOMEM = -12;
  private static final int ENOTSUPP = -524;
  private static final int EALREADY = -114;

  private Room() {}

  /** The inner packet's Ethernet header is so long. */
  public static long innerMac(int bytes) {
    return (bytes & 0xffL) << 56;
  }

  static int adjust(SkBuff packet, int by, int where, long flags) {
    int count = Math.abs(by);
    if ((flags & ~ALL) != 0) {
      return EINVAL;
    }
    if (count < 0 || count > MOST) {
      return EFAULT;
    }
    int protocol = SocketBuffer.networkOrder(packet.protocol());
    if (protocol != Ethernet.IPV4 && protocol != Ethernet.IPV6
        || where != NETWORK && where != MAC) {
      return ENOTSUPP;
    }
    int header = protocol == Ethernet.IPV4 ? IPV4_HEADER : IPV6_HEADER;
    int at = packet.network() + (where == NETWORK ? header : 0);
    long decap = flags & DECAP;
    if (decap == DECAP || decap != 0 && by >= 0) {
      return EINVAL;
    }
    if (decap != 0) {
      header = decap == DECAP_IPV4 ? IPV4_HEADER : IPV6_HEADER;
    }
    int current = packet.length() - packet.network();
    boolean tooShort = by < 0 && (count >= current || current - count < header);
    boolean tooLong = by >= 0 && packet.length() + count > SkBuff.LONGEST && packet.gsoSize() == 0;
    if (tooShort || tooLong) {
      return ENOTSUPP;
    }
    return by < 0 ? shrink(packet, at, count, flags) : grow(packet, at, count, flags);
  }

  private static int grow(SkBuff packet, int at, int count, long flags) {
    if (!canChangeSegments(packet, flags)) {
      return ENOTSUPP;
    }
    boolean encap = (flags & ENCAP) != 0;
    if (encap) {
      int innerMac = (int) (flags >>> 56);
      boolean contradiction = (flags & ENCAP) == ENCAP || (flags & TUNNEL) == TUNNEL;
      if (contradiction || (flags & ENCAP_ETHERNET) != 0 && innerMac < ETHERNET) {
        return EINVAL;
      }
      if (packet.isEncapsulated()) {
        return EALREADY;
      }
      if (innerMac > count) {
        return EINVAL;
      }
    }
    packet.insert(at, count);
    if (encap) {
      packet.encapsulate();
      boolean six = (flags & ENCAP_IPV6) != 0;
      packet.protocol(SocketBuffer.networkOrder(six ? Ethernet.IPV6 : Ethernet.IPV4));
    }
    changeSegments(packet, -count, flags);
    return 0;
  }

  private static int shrink(SkBuff packet, int at, int count, long flags) {
    if ((flags & ~(FIXED_GSO | DECAP | NO_CHECKSUM_RESET)) != 0) {
      return EINVAL;
    }
    if (!canChangeSegments(packet, flags)) {
      return ENOTSUPP;
    }
    if (at + count > packet.length()) {
      return ENOMEM;
    }
    packet.remove(at, count);
    if ((flags & DECAP) != 0) {
      boolean six = (flags & DECAP_IPV6) != 0;
      packet.protocol(SocketBuffer.networkOrder(six ? Ethernet.IPV6 : Ethernet.IPV4));
    }
    changeSegments(packet, count, flags);
    return 0;
  }

  /** Whether the packet is not to be cut, or is one of TCP, or of UDP and stays as it is. */
  private static boolean canChangeSegments(SkBuff packet, long flags) {
    if (packet.gsoSize() == 0) {
      return true;
    }
    boolean six = SocketBuffer.networkOrder(packet.protocol()) == Ethernet.IPV6;
    int next = packet.u8(packet.network() + (six ? 6 : 9));
    return next == Transport.TCP || next == Transport.UDP && (flags & FIXED_GSO) != 0;
  }

  /** Segments get another size, and nobody has counted them yet. */
  private static void changeSegments(SkBuff packet, int by, long flags) {
    if (packet.gsoSize() != 0) {
      packet.gsoSize(packet.gsoSize() + ((flags & FIXED_GSO) != 0 ? 0 : by)).gsoSegs(0);
    }
  }
}
