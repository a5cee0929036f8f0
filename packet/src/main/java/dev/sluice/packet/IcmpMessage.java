package dev.sluice.packet;

/** A view of a message of ICMP (RFC 792) or ICMPv6 (RFC 4443), which look alike. */
public final class IcmpMessage extends HeaderView {
  /** Bytes of the header. */
  public static final int HEADER = 8;

  private static final int TYPE = 0;
  private static final int CODE = 1;
  private static final int CHECKSUM = 2;
  private static final int REST = 4;

  /** A view that points at nothing yet. */
  public IcmpMessage() {}

  @Override
  int leastLength() {
    return HEADER;
  }

  @Override
  int measure() {
    return HEADER;
  }

  /** What it says. */
  public int type() {
    return u8(TYPE);
  }

  /** More about what it says. */
  public int code() {
    return u8(CODE);
  }

  /** The checksum. */
  public int checksum() {
    return u16(CHECKSUM);
  }

  /** The header's last four bytes. */
  public int rest() {
    return i32(REST);
  }

  /** Who sent an echo. */
  public int identifier() {
    return u16(REST);
  }

  /** The how manieth echo it is. */
  public int sequence() {
    return u16(REST + 2);
  }
}
