package dev.sluice.compiler.program;

/**
 * What an IP packet carries.
 *
 * @param protocol its number: 6 TCP, 17 UDP, 58 ICMPv6, ...; negative if it is not there
 * @param offset where it begins
 */
public record Transport(int protocol, int offset) {
  /** The number of ICMP. */
  public static final int ICMP = 1;

  /** The number of TCP. */
  public static final int TCP = 6;

  /** The number of UDP. */
  public static final int UDP = 17;

  /** The number of ICMP for IPv6. */
  public static final int ICMPV6 = 58;

  /** Whether it begins with two ports. */
  public boolean hasPorts() {
    return protocol == TCP || protocol == UDP;
  }

  /** The sender's port. */
  public int sourcePort(PacketBytes packet) {
    return packet.u16(offset);
  }

  /** The receiver's port. */
  public int destinationPort(PacketBytes packet) {
    return packet.u16(offset + 2);
  }
}
