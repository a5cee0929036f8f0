package dev.sluice.packet;

/**
 * An IPv4 address.
 *
 * @param bits its 32 bits, the first byte highest
 */
public record Ipv4Address(int bits) implements IpAddress {
  /**
   * Reads an address such as {@code 10.0.0.1}: four decimal numbers without leading zeros.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Ipv4Address parse(String text) {
    if (!text.matches("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}")) {
      throw new IllegalArgumentException("not an IPv4 address: " + text);
    }
    int bits = 0;
    int number = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == '.') {
        if (number > 255) {
          throw new IllegalArgumentException("not an IPv4 address: " + text);
        }
        bits = bits << 8 | number;
        number = 0;
      } else {
        number = 10 * number + text.charAt(i) - '0';
      }
    }
    return new Ipv4Address(bits);
  }

  @Override
  public long high() {
    return 0;
  }

  @Override
  public long low() {
    return bits & 0xffff_ffffL;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(15);
    appendTo(text, bits);
    return text.toString();
  }

  /** Appends the address with these bits to a text. */
  static void appendTo(StringBuilder text, int bits) {
    text.append(bits >>> 24).append('.').append(bits >>> 16 & 0xff);
    text.append('.').append(bits >>> 8 & 0xff).append('.').append(bits & 0xff);
  }
}
