package dev.sluice.compiler.program;

/**
 * A TCP header.
 *
 * @param packet the packet
 * @param offset where it begins
 */
public record Tcp(PacketBytes packet, int offset) {
  /** The sender sends no more. */
  public static final int FIN = 1;

  /** A connection begins. */
  public static final int SYN = 2;

  /** A connection is cut off. */
  public static final int RST = 4;

  /** The acknowledgement counts. */
  public static final int ACK = 16;

  /** The sender's port. */
  public int sourcePort() {
    return packet.u16(offset);
  }

  /** The receiver's port. */
  public int destinationPort() {
    return packet.u16(offset + 2);
  }

  /** The number of the first byte that it carries. */
  public int sequence() {
    return packet.u32(offset + 4);
  }

  /** The number of the byte that is expected next. */
  public int acknowledgement() {
    return packet.u32(offset + 8);
  }

  /** The header's length in bytes with its options, 0 to 60. */
  public int headerLength() {
    return (packet.u8(offset + 12) >>> 4) * 4;
  }

  /** The flags of its second byte: {@link #FIN}, {@link #SYN}, {@link #RST}, {@link #ACK}, ... */
  public int flags() {
    return packet.u8(offset + 13);
  }
}
