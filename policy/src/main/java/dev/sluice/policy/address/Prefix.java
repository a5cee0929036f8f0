package dev.sluice.policy.address;

import org.jspecify.annotations.Nullable;

/**
 * Addresses that begin with the same bits, of IPv4 or IPv6.
 *
 * <p>An IPv4 address takes the upper 32 bits of {@code high}; what is behind {@code length} bits is
 * 0.
 *
 * @param six whether it is of IPv6
 * @param high the first 64 bits
 * @param low the other 64 bits, of IPv6
 * @param length how many bits count: 0 to 32 or 128
 */
public record Prefix(boolean six, long high, long low, int length) implements Comparable<Prefix> {
  /** Checks the length, and that what is behind it is 0. */
  public Prefix {
    if (length < 0 || length > (six ? 128 : 32)) {
      throw new IllegalArgumentException(
          "a prefix has 0 to " + (six ? 128 : 32) + " bits: " + length);
    }
    if ((high & ~highMask(length)) != 0 || (low & ~lowMask(length)) != 0) {
      throw new IllegalArgumentException("there are bits behind the prefix's length");
    }
  }

  /** Of an IPv4 address, the prefix of a length: what is behind it is left out. */
  public static Prefix four(int address, int length) {
    return new Prefix(false, ((long) address << 32) & highMask(length), 0, length);
  }

  /** Of an IPv6 address, the prefix of a length: what is behind it is left out. */
  public static Prefix six(long high, long low, int length) {
    return new Prefix(true, high & highMask(length), low & lowMask(length), length);
  }

  private static long highMask(int length) {
    return length == 0 ? 0 : length >= 64 ? -1 : -1L << (64 - length);
  }

  private static long lowMask(int length) {
    return length <= 64 ? 0 : -1L << (128 - length);
  }

  /** Of IPv4: the address. */
  public int address4() {
    return (int) (high >>> 32);
  }

  /** Whether it is one address. */
  public boolean isAddress() {
    return length == (six ? 128 : 32);
  }

  /** Whether all addresses of another are its own. */
  public boolean contains(Prefix other) {
    return six == other.six
        && length <= other.length
        && (other.high & highMask(length)) == high
        && (other.low & lowMask(length)) == low;
  }

  /** By family, then by the first address; a prefix comes before those in it. */
  @Override
  public int compareTo(Prefix other) {
    if (six != other.six) {
      return six ? 1 : -1;
    }
    if (high != other.high) {
      return Long.compareUnsigned(high, other.high);
    }
    return low != other.low
        ? Long.compareUnsigned(low, other.low)
        : Integer.compare(length, other.length);
  }

  /**
   * Reads {@code 10.0.0.0/8}, {@code 192.168.1.100}, {@code fd00::/8}, {@code ::1}.
   *
   * @return null if it is none of these, or has bits behind its length
   */
  public static @Nullable Prefix parse(String text) {
    return PrefixText.parse(text);
  }

  /** As {@link #parse} reads it; one address without its length. */
  @Override
  public String toString() {
    return PrefixText.format(this);
  }
}
