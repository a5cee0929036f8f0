package dev.sluice.compiler.program;

/**
 * A UDP header.
 *
 * @param packet the packet
 * @param offset where it begins
 */
public record Udp(PacketBytes packet, int offset) {
  /** The sender's port. */
  public int sourcePort() {
    return packet.u16(offset);
  }

  /** The receiver's port. */
  public int destinationPort() {
    return packet.u16(offset + 2);
  }

  /** Bytes from here on. */
  public int length() {
    return packet.u16(offset + 4);
  }
}
