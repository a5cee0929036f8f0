package dev.sluice.packet;

/**
 * An Ethernet address.
 *
 * @param bits its 48 bits, the first byte highest
 */
public record MacAddress(long bits) {
  /** The address of everyone. */
  public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

  private static final int BYTES = 6;

  /** Checks that no more than 48 bits are set. */
  public MacAddress {
    if (bits >>> 48 != 0) {
      throw new IllegalArgumentException(
          "an Ethernet address has 48 bits: 0x" + Long.toHexString(bits));
    }
  }

  /**
   * Reads an address such as {@code 02:00:00:00:00:01}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static MacAddress parse(String text) {
    if (!text.matches("\\p{XDigit}{1,2}(:\\p{XDigit}{1,2}){5}")) {
      throw new IllegalArgumentException("not an Ethernet address: " + text);
    }
    long bits = 0;
    int digits = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == ':') {
        bits = bits << 8 | digits;
        digits = 0;
      } else {
        digits = digits << 4 | Character.digit(text.charAt(i), 16);
      }
    }
    return new MacAddress(bits);
  }

  /** Whether it means several. */
  public boolean isMulticast() {
    return (bits >>> 40 & 1) != 0;
  }

  void write(byte[] bytes, int at) {
    for (int i = 0; i < BYTES; i++) {
      bytes[at + i] = (byte) (bits >>> 8 * (BYTES - 1 - i));
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(17);
    appendTo(text, bits);
    return text.toString();
  }

  /** Appends the address with these bits to a text. */
  static void appendTo(StringBuilder text, long bits) {
    for (int shift = 40; shift >= 0; shift -= 8) {
      if (shift < 40) {
        text.append(':');
      }
      int digits = (int) (bits >>> shift) & 0xff;
      text.append(Character.forDigit(digits >>> 4, 16)).append(Character.forDigit(digits & 15, 16));
    }
  }
}
