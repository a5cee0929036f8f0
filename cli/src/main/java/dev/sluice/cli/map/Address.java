package dev.sluice.cli.map;

import dev.sluice.datapath.InvalidInput;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as words and as bytes in network order. Names are never looked up. */
final class Address {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

  private Address() {}

  /** 4 or 16 bytes in network order, empty if the word is no address. */
  static Optional<byte[]> parse(String word) {
    if (!IPV4.matcher(word).matches() && word.indexOf(':') < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(word).getAddress());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The usual text of 4 or 16 bytes in network order. */
  static String text(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length, e);
    }
  }

  /**
   * An address and how many of its leading bits count.
   *
   * @param length 0 to the bits of the address
   * @param bytes the address in network order
   */
  @SuppressWarnings("ArrayRecordComponent") // made here, read here
  record Prefix(int length, byte[] bytes) {
    /** Reads {@code 10.1.0.0/16}; without a length, all bits count. */
    static Prefix parse(String word, int size) {
      int slash = word.indexOf('/');
      String expected =
          "expected a prefix such as " + (size == 4 ? "10.1.0.0/16" : "2001:db8::/32");
      byte[] bytes =
          Address.parse(slash < 0 ? word : word.substring(0, slash))
              .filter(address -> address.length == size)
              .orElseThrow(
                  () -> new InvalidInput("command line", 0, 0, expected + ", found " + word));
      if (slash < 0) {
        return new Prefix(size * 8, bytes);
      }
      try {
        int length = Integer.parseInt(word.substring(slash + 1));
        if (length >= 0 && length <= size * 8) {
          return new Prefix(length, bytes);
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new InvalidInput(
          "command line",
          0,
          0,
          expected + " with a length of 0 to " + size * 8 + ", found " + word);
    }

    @Override
    public String toString() {
      return text(bytes) + "/" + length;
    }
  }
}
