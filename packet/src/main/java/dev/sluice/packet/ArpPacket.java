package dev.sluice.packet;

/** A view of an ARP packet that resolves IPv4 addresses on Ethernet (RFC 826); others are none. */
public final class ArpPacket extends HeaderView {
  /** Bytes of the packet. */
  public static final int HEADER = 28;

  /** The operation that asks. */
  public static final int REQUEST = 1;

  /** The operation that answers. */
  public static final int REPLY = 2;

  /** Hardware type, protocol type and both address lengths, as one number. */
  static final long ETHERNET_IPV4 = 0x0001_0800_0604L;

  private static final int OPERATION = 6;
  private static final int SENDER_HARDWARE = 8;
  private static final int SENDER = 14;
  private static final int TARGET_HARDWARE = 18;
  private static final int TARGET = 24;

  /** A view that points at nothing yet. */
  public ArpPacket() {}

  @Override
  int leastLength() {
    return HEADER;
  }

  @Override
  int measure() {
    return u48(0) == ETHERNET_IPV4 ? HEADER : -1;
  }

  /** What it does: {@link #REQUEST}, {@link #REPLY} or another. */
  public int operation() {
    return u16(OPERATION);
  }

  /** The sender's Ethernet address: 48 bits. */
  public long senderHardware() {
    return u48(SENDER_HARDWARE);
  }

  /** The sender's IPv4 address. */
  public int sender() {
    return i32(SENDER);
  }

  /** The Ethernet address of who is asked: 48 bits, 0 in a request. */
  public long targetHardware() {
    return u48(TARGET_HARDWARE);
  }

  /** The IPv4 address of who is asked. */
  public int target() {
    return i32(TARGET);
  }
}
