package dev.sluice.compiler.program;

/**
 * An ICMP header, of IPv4 or IPv6.
 *
 * @param packet the packet
 * @param offset where it begins
 */
public record Icmp(PacketBytes packet, int offset) {
  /** What it is: of IPv4, 0 an echo's reply, 3 unreachable, 8 an echo's request, ... */
  public int type() {
    return packet.u8(offset);
  }

  /** What more the type says. */
  public int code() {
    return packet.u8(offset + 1);
  }

  /** Of an echo, whose it is. */
  public int identifier() {
    return packet.u16(offset + 4);
  }

  /** Of an echo, its number. */
  public int sequence() {
    return packet.u16(offset + 6);
  }
}
