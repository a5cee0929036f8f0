package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;

/**
 * What a packet counts on the wire and in queues: with the headers of all the segments that it
 * stands for ({@code qdisc_pkt_len_init} in {@code net/core/dev.c}).
 */
final class WireLength {
  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int TCP = 6;
  private static final int UDP_HEADER = 8;

  private WireLength() {}

  /** The length in bytes. */
  static int of(SocketBuffer packet) {
    if (packet.segmentSize == 0 || packet.segments <= 1) {
      return packet.length;
    }
    return packet.length + (packet.segments - 1) * headers(packet);
  }

  /** Bytes of Ethernet, IP and TCP or UDP headers, which each segment repeats. */
  static int headers(SocketBuffer packet) {
    byte[] bytes = packet.bytes;
    int network = packet.head + ETHERNET;
    int transport;
    int protocol;
    if (packet.protocol == IPV4 && network + 20 <= packet.end) {
      transport = network + 4 * (bytes[network] & 0xf);
      protocol = bytes[network + 9];
    } else if (packet.protocol == IPV6 && network + 40 <= packet.end) {
      transport = network + 40;
      protocol = bytes[network + 6];
    } else {
      return ETHERNET;
    }
    if (protocol == TCP && transport + 13 <= packet.end) {
      return transport + 4 * ((bytes[transport + 12] & 0xff) >>> 4) - packet.head;
    }
    return transport + UDP_HEADER - packet.head;
  }
}
