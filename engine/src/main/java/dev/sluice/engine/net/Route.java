package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;

/**
 * Where a host sends packets that are not for it.
 *
 * @param high the prefix's first 64 bits; an IPv4 prefix stands in the upper 32
 * @param low its last 64 bits; 0 for IPv4
 * @param length the prefix's length in bits: 0 to 32, or 0 to 128
 * @param ipv6 whether it is for IPv6
 * @param device the device they leave by
 */
record Route(long high, long low, int length, boolean ipv6, NetDevice device) {
  Route {
    int most = ipv6 ? 128 : 32;
    if (length < 0 || length > most) {
      throw new IllegalArgumentException("a prefix has 0 to " + most + " bits, and not " + length);
    }
  }

  boolean matches(long otherHigh, long otherLow) {
    if (length <= 64) {
      return length == 0 || (high ^ otherHigh) >>> (64 - length) == 0;
    }
    return high == otherHigh && (low ^ otherLow) >>> (128 - length) == 0;
  }

  /** Eight bytes of a packet as a number. */
  static long read(SocketBuffer packet, int at, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << 8) | (packet.bytes[at + i] & 0xff);
    }
    return value << (64 - 8 * bytes);
  }
}
