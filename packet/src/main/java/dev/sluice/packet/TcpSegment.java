package dev.sluice.packet;

/** A view of a TCP segment (RFC 9293). */
public final class TcpSegment extends HeaderView {
  /** Bytes of a header without options. */
  public static final int HEADER = 20;

  /** No more data from the sender. */
  public static final int FIN = 0x01;

  /** Begins a connection. */
  public static final int SYN = 0x02;

  /** Breaks a connection off. */
  public static final int RST = 0x04;

  /** Give it to the application now. */
  public static final int PSH = 0x08;

  /** The acknowledgement number counts. */
  public static final int ACK = 0x10;

  /** The urgent pointer counts. */
  public static final int URG = 0x20;

  /** Congestion was notified. */
  public static final int ECE = 0x40;

  /** The window was reduced. */
  public static final int CWR = 0x80;

  /** Accurate notification of congestion (RFC 9768). */
  public static final int AE = 0x100;

  private static final int SOURCE_PORT = 0;
  private static final int DESTINATION_PORT = 2;
  private static final int SEQUENCE = 4;
  private static final int ACKNOWLEDGEMENT = 8;
  private static final int FLAGS = 12;
  private static final int WINDOW = 14;
  private static final int CHECKSUM = 16;
  private static final int URGENT = 18;

  /** A view that points at nothing yet. */
  public TcpSegment() {}

  @Override
  int leastLength() {
    return HEADER;
  }

  @Override
  int measure() {
    int header = (u8(FLAGS) >>> 4) * 4;
    return header >= HEADER ? header : -1;
  }

  /** The sender's port. */
  public int sourcePort() {
    return u16(SOURCE_PORT);
  }

  /** The receiver's port. */
  public int destinationPort() {
    return u16(DESTINATION_PORT);
  }

  /** The number of the first byte, 0 to 2³²−1. */
  public long sequence() {
    return i32(SEQUENCE) & 0xffff_ffffL;
  }

  /** The number of the byte that is expected next, 0 to 2³²−1. */
  public long acknowledgement() {
    return i32(ACKNOWLEDGEMENT) & 0xffff_ffffL;
  }

  /** The flags, {@link #FIN} to {@link #AE}, and the three reserved bits above. */
  public int flags() {
    return u16(FLAGS) & 0xfff;
  }

  /** Whether all of some flags are set. */
  public boolean has(int flags) {
    return (flags() & flags) == flags;
  }

  /** How much may be sent, unscaled. */
  public int window() {
    return u16(WINDOW);
  }

  /** The checksum. */
  public int checksum() {
    return u16(CHECKSUM);
  }

  /** Where urgent data ends. */
  public int urgentPointer() {
    return u16(URGENT);
  }

  /** A copy of the options' bytes, 0 to 40. */
  public Octets options() {
    return octets(HEADER, headerLength() - HEADER);
  }
}
