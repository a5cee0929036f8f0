package dev.sluice.packet;

/** A view of an Ethernet frame without its frame check sequence. */
public final class EthernetFrame extends HeaderView {
  /** Bytes of the header. */
  public static final int HEADER = 14;

  private static final int DESTINATION = 0;
  private static final int SOURCE = 6;
  private static final int TYPE = 12;

  /** A view that points at nothing yet. */
  public EthernetFrame() {}

  @Override
  int leastLength() {
    return HEADER;
  }

  @Override
  int measure() {
    return HEADER;
  }

  /** Where it goes: 48 bits, the first byte highest. */
  public long destination() {
    return u48(DESTINATION);
  }

  /** Where it comes from: 48 bits, the first byte highest. */
  public long source() {
    return u48(SOURCE);
  }

  /** What follows: an {@link EtherType}, or a length below {@link EtherType#LEAST}. */
  public int type() {
    return u16(TYPE);
  }
}
