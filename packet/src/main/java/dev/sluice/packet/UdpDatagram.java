package dev.sluice.packet;

/**
 * A view of a UDP datagram (RFC 768). A length of 0, as in jumbograms, means all bytes there are.
 */
public final class UdpDatagram extends HeaderView {
  /** Bytes of the header. */
  public static final int HEADER = 8;

  private static final int SOURCE_PORT = 0;
  private static final int DESTINATION_PORT = 2;
  private static final int LENGTH = 4;
  private static final int CHECKSUM = 6;

  /** A view that points at nothing yet. */
  public UdpDatagram() {}

  @Override
  int leastLength() {
    return HEADER;
  }

  @Override
  int measure() {
    int length = u16(LENGTH);
    return length == 0 || length >= HEADER ? HEADER : -1;
  }

  /** The sender's port. */
  public int sourcePort() {
    return u16(SOURCE_PORT);
  }

  /** The receiver's port. */
  public int destinationPort() {
    return u16(DESTINATION_PORT);
  }

  /** How long the datagram says it is, with its header; 0 if it does not say. */
  public int length() {
    return u16(LENGTH);
  }

  /** The checksum; 0 for none. */
  public int checksum() {
    return u16(CHECKSUM);
  }

  @Override
  public int payloadLength() {
    int length = u16(LENGTH);
    return (length == 0 ? available() : Math.min(length, available())) - HEADER;
  }
}
