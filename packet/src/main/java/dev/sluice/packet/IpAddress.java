package dev.sluice.packet;

/** An address of either version of IP. */
public sealed interface IpAddress permits Ipv4Address, Ipv6Address {
  /** The upper 64 bits of an IPv6 address; 0 for IPv4. */
  long high();

  /** The lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address. */
  long low();

  /**
   * Reads an address in the usual notation. Names are not looked up.
   *
   * @throws IllegalArgumentException if it is none
   */
  static IpAddress parse(String text) {
    return text.indexOf(':') >= 0 ? Ipv6Address.parse(text) : Ipv4Address.parse(text);
  }
}
