package dev.sluice.packet;

/**
 * A view of a tag of IEEE 802.1Q or 802.1ad, from its control information on: the type that tells
 * that it is there belongs to the header before.
 */
public final class VlanTag extends HeaderView {
  /** Bytes of the tag, with the type of what follows. */
  public static final int HEADER = 4;

  private static final int CONTROL = 0;
  private static final int TYPE = 2;

  /** A view that points at nothing yet. */
  public VlanTag() {}

  @Override
  int leastLength() {
    return HEADER;
  }

  @Override
  int measure() {
    return HEADER;
  }

  /** The network's number, 0 to 4095. */
  public int id() {
    return u16(CONTROL) & 0xfff;
  }

  /** The priority, 0 to 7. */
  public int priority() {
    return u16(CONTROL) >>> 13;
  }

  /** Whether it may be dropped first. */
  public boolean isDropEligible() {
    return (u16(CONTROL) & 0x1000) != 0;
  }

  /** What follows: an {@link EtherType}. */
  public int type() {
    return u16(TYPE);
  }
}
