package dev.sluice.engine.skb;

/**
 * What the packets of a flow have in common, found in a packet's headers: addresses, protocol and
 * ports ({@code net/core/flow_dissector.c}). Nothing is kept between packets.
 */
public final class FlowKeys {
  /** IP protocol number of TCP. */
  public static final int TCP = 6;

  /** IP protocol number of UDP. */
  public static final int UDP = 17;

  private static final int MOST_HEADERS = 8;

  private FlowKeys() {}

  /**
   * A hash of a packet's flow, never 0. Both directions of a flow have the same one. Unlike the
   * kernel's it does not change from boot to boot; only that packets of a flow agree can be relied
   * on.
   */
  public static int hash(SocketBuffer packet) {
    long mixed = mix(0x9e37_79b9_7f4a_7c15L, networkProtocol(packet));
    int network = networkStart(packet);
    int protocol = networkProtocol(packet);
    if (protocol == SocketBuffer.IPV4 && network + 20 <= packet.end) {
      mixed = mixPair(mixed, words(packet, network + 12, 4), words(packet, network + 16, 4));
    } else if (protocol == SocketBuffer.IPV6 && network + 40 <= packet.end) {
      mixed = mixPair(mixed, words(packet, network + 8, 16), words(packet, network + 24, 16));
    }
    long transport = transport(packet);
    int number = (int) (transport >>> 32);
    if (number >= 0) {
      mixed = mix(mixed, number);
      int at = (int) transport;
      if (hasPorts(number) && at >= 0 && at + 4 <= packet.end) {
        mixed = mixPair(mixed, words(packet, at, 2), words(packet, at + 2, 2));
      }
    }
    int hash = (int) (mixed >>> 32) ^ (int) mixed;
    return hash == 0 ? 1 : hash;
  }

  private static boolean hasPorts(int number) {
    return number == TCP || number == UDP || number == 33 || number == 132 || number == 136;
  }

  /** The IP protocol number behind a packet's IP headers; −1 if it has none, or it is not held. */
  public static int transportProtocol(SocketBuffer packet) {
    return (int) (transport(packet) >>> 32);
  }

  /**
   * The index in the packet's array of the header behind its IP headers; −1 if there is none, it is
   * not held, or the packet is a fragment without it.
   */
  public static int transportHeader(SocketBuffer packet) {
    return (int) transport(packet);
  }

  /**
   * Bytes of headers from the network header on of a packet of TCP or UDP; −1 if they are not held
   * or it is another packet.
   */
  public static int networkToPayload(SocketBuffer packet) {
    long transport = transport(packet);
    int at = (int) transport;
    if (at < 0) {
      return -1;
    }
    return switch ((int) (transport >>> 32)) {
      case TCP ->
          at + 13 > packet.end
              ? -1
              : at - packet.networkHeader + ((packet.bytes[at + 12] & 0xf0) >>> 2);
      case UDP -> at - packet.networkHeader + 8;
      default -> -1;
    };
  }

  /** The Ethernet type behind all VLAN tags ({@code skb_protocol} with {@code skip_vlan}). */
  public static int networkProtocol(SocketBuffer packet) {
    int protocol = packet.protocol;
    int at = packet.networkHeader;
    for (int depth = 0; VlanTag.is(protocol); depth++) {
      if (depth == MOST_HEADERS || at + VlanTag.BYTES > packet.end) {
        return 0;
      }
      protocol = ((packet.bytes[at + 2] & 0xff) << 8) | (packet.bytes[at + 3] & 0xff);
      at += VlanTag.BYTES;
    }
    return protocol;
  }

  /** Where the header of {@link #networkProtocol} begins. */
  private static int networkStart(SocketBuffer packet) {
    int protocol = packet.protocol;
    int at = packet.networkHeader;
    for (int depth = 0; VlanTag.is(protocol) && depth < MOST_HEADERS; depth++) {
      if (at + VlanTag.BYTES > packet.end) {
        return packet.end;
      }
      protocol = ((packet.bytes[at + 2] & 0xff) << 8) | (packet.bytes[at + 3] & 0xff);
      at += VlanTag.BYTES;
    }
    return at;
  }

  /** The protocol number above, the index below; −1 for what there is not. */
  private static long transport(SocketBuffer packet) {
    int at = networkStart(packet);
    return switch (networkProtocol(packet)) {
      case SocketBuffer.IPV4 -> behindIpv4(packet, at);
      case SocketBuffer.IPV6 -> behindIpv6(packet, at);
      default -> pair(-1, -1);
    };
  }

  private static long behindIpv4(SocketBuffer packet, int at) {
    if (at + 20 > packet.end) {
      return pair(-1, -1);
    }
    byte[] bytes = packet.bytes;
    int headerBytes = (bytes[at] & 0xf) << 2;
    boolean fragment = (bytes[at + 6] & 0x1f) != 0 || bytes[at + 7] != 0;
    return pair(
        bytes[at + 9] & 0xff, fragment || headerBytes < 20 ? -1 : within(packet, at + headerBytes));
  }

  private static long behindIpv6(SocketBuffer packet, int start) {
    if (start + 40 > packet.end) {
      return pair(-1, -1);
    }
    byte[] bytes = packet.bytes;
    int number = bytes[start + 6] & 0xff;
    int at = start + 40;
    for (int depth = 0; depth < MOST_HEADERS; depth++) {
      boolean options = number == 0 || number == 43 || number == 60;
      if (!options && number != 44) {
        break;
      }
      if (at + 8 > packet.end) {
        return pair(number, -1);
      }
      if (number == 44 && (((bytes[at + 2] & 0xff) << 8) | (bytes[at + 3] & 0xf8)) != 0) {
        return pair(bytes[at] & 0xff, -1);
      }
      int headerBytes = options ? ((bytes[at + 1] & 0xff) + 1) << 3 : 8;
      number = bytes[at] & 0xff;
      at += headerBytes;
    }
    return pair(number, within(packet, at));
  }

  private static int within(SocketBuffer packet, int at) {
    return at < packet.end ? at : -1;
  }

  private static long pair(int number, int at) {
    return ((long) number << 32) | (at & 0xffff_ffffL);
  }

  private static long words(SocketBuffer packet, int at, int count) {
    long mixed = 0;
    for (int i = at; i < at + count; i++) {
      mixed = mixed * 0x0100_0000_01b3L + (packet.bytes[i] & 0xff);
    }
    return mixed;
  }

  private static long mixPair(long mixed, long one, long other) {
    return mix(mix(mixed, Math.min(one, other)), Math.max(one, other));
  }

  private static long mix(long mixed, long value) {
    long next = (mixed ^ value) * 0xbf58_476d_1ce4_e5b9L;
    return next ^ (next >>> 29);
  }
}
