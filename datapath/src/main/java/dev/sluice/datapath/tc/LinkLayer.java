package dev.sluice.datapath.tc;

/** How a link frames packets, for the arithmetic of rates ({@code TC_LINKLAYER_*}). */
public enum LinkLayer {
  /** Not said; the kernel assumes Ethernet unless a legacy rate table shows ATM cells. */
  UNAWARE(0),
  /** Packets cost their length. */
  ETHERNET(1),
  /** Packets are cut into cells of 53 bytes with 48 of payload (ATM, ADSL). */
  ATM(2);

  private final int number;

  LinkLayer(int number) {
    this.number = number;
  }

  /** The number in {@code struct tc_ratespec}: 0 to 2. */
  public int number() {
    return number;
  }

  /** The constant for a number in {@code struct tc_ratespec}; unknown numbers are unaware. */
  public static LinkLayer of(int number) {
    return switch (number) {
      case 1 -> ETHERNET;
      case 2 -> ATM;
      default -> UNAWARE;
    };
  }
}
