package dev.sluice.conformance.policy;

import java.nio.ByteBuffer;

/**
 * Packets without end.
 *
 * @param name what it is called
 * @param packet one of its packets, of TCP or UDP
 * @param megabits what is offered, in Mbit/s of whole frames; 0 for TCP, which finds out itself
 */
record TestFlow(String name, Probe packet, double megabits) {
  private static final int ETHERNET = 14;
  private static final int LONGEST = 1_514;
  private static final int IPV4 = 20;
  private static final int IPV6 = 40;
  private static final int TCP_WITH_TIMESTAMPS = 32;

  /** Payload of a datagram. */
  static final int DATAGRAM = 1_200;

  /** Bytes of a frame with a datagram, as qdiscs count them. */
  int datagramFrame() {
    return DATAGRAM + 8 + network() + ETHERNET;
  }

  private int network() {
    return packet.isIpv6() ? IPV6 : IPV4;
  }

  /** Whether a frame without options of IP is one of its packets. */
  boolean fits(byte[] frame) {
    int transport = ETHERNET + network();
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    return frame.length >= transport + 4
        && frame[ETHERNET] >>> 4 == (packet.isIpv6() ? 6 : 4)
        && frame[packet.isIpv6() ? ETHERNET + 6 : ETHERNET + 9] == (packet.isTcp() ? 6 : 17)
        && (bytes.getShort(transport) & 0xffff) == packet.sourcePort()
        && (bytes.getShort(transport + 2) & 0xffff) == packet.destinationPort();
  }

  /** Bytes on the wire of what a socket buffer holds, which may stand for several segments. */
  int wireLength(int length) {
    if (length <= LONGEST) {
      return length;
    }
    int headers = ETHERNET + network() + TCP_WITH_TIMESTAMPS;
    return length + (Math.ceilDiv(length - headers, LONGEST - headers) - 1) * headers;
  }

  /** Nanoseconds from datagram to datagram. */
  double interval() {
    return datagramFrame() * 8e3 / megabits;
  }
}
