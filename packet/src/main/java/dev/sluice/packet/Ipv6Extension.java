package dev.sluice.packet;

/**
 * An extension header of IPv6 as a value.
 *
 * @param type which: an {@link IpProtocol} that {@linkplain IpProtocol#isExtension is one}
 * @param content what it holds behind its first two bytes, which tell the next header and the
 *     length
 */
public record Ipv6Extension(int type, Octets content) {
  /** Checks that there is such a header and that it can have this length. */
  public Ipv6Extension {
    if (!IpProtocol.isExtension(type)) {
      throw new IllegalArgumentException("no extension header of IPv6: " + type);
    }
    int size = content.length() + 2;
    boolean right =
        switch (type) {
          case IpProtocol.FRAGMENT -> size == 8;
          case IpProtocol.AUTHENTICATION -> size >= 8 && size % 4 == 0 && size <= 257 * 4;
          default -> size >= 8 && size % 8 == 0 && size <= 256 * 8;
        };
    if (!right) {
      throw new IllegalArgumentException(
          "extension header %d cannot have %d bytes".formatted(type, size));
    }
  }

  /** How many bytes it takes. */
  public int length() {
    return content.length() + 2;
  }

  /** Writes the header. */
  void write(byte[] bytes, int at, int nextHeader) {
    Fields.put8(bytes, at, nextHeader);
    int units =
        switch (type) {
          case IpProtocol.FRAGMENT -> 0;
          case IpProtocol.AUTHENTICATION -> length() / 4 - 2;
          default -> length() / 8 - 1;
        };
    Fields.put8(bytes, at + 1, units);
    content.copyTo(bytes, at + 2);
  }
}
