package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address of either family, as a number of 128 bits. Those of IPv4 are in {@code ::ffff:0:0/96},
 * as the program sees them.
 *
 * @param high the upper half
 * @param low the lower half
 */
record Address(long high, long low) implements Comparable<Address> {
  /** What IPv4 addresses lie in, in bits. */
  static final int MAPPED_BITS = 96;

  private static final long MAPPED = 0xffffL << 32;

  /** The first address of a prefix. */
  static Address first(Prefix prefix) {
    return prefix.six()
        ? new Address(prefix.high(), prefix.low())
        : new Address(0, MAPPED | prefix.high() >>> 32);
  }

  /** Behind the last address of a prefix; null if there is none. */
  static @Nullable Address behind(Prefix prefix) {
    int length = prefix.six() ? prefix.length() : prefix.length() + MAPPED_BITS;
    return first(prefix).plus(128 - length);
  }

  /** So many bits' worth of addresses further on; null behind the last. */
  @Nullable Address plus(int bits) {
    if (bits >= 128) {
      return null;
    }
    long lowStep = bits < 64 ? 1L << bits : 0;
    long highStep = bits < 64 ? 0 : 1L << (bits - 64);
    long newLow = low + lowStep;
    long carry = Long.compareUnsigned(newLow, low) < 0 ? 1 : 0;
    long newHigh = high + highStep + carry;
    boolean over = Long.compareUnsigned(newHigh, high) < 0;
    return over ? null : new Address(newHigh, newLow);
  }

  private int trailingZeros() {
    return low != 0
        ? Long.numberOfTrailingZeros(low)
        : high != 0 ? 64 + Long.numberOfTrailingZeros(high) : 128;
  }

  /**
   * The fewest blocks, each of a length in bits, that cover the addresses from one to before
   * another.
   *
   * @param end null for all there are
   */
  static List<Block> blocks(Address start, @Nullable Address end) {
    List<Block> blocks = new ArrayList<>();
    Address at = start;
    while (at != null && (end == null || at.compareTo(end) < 0)) {
      int bits = at.trailingZeros();
      Address next = at.plus(bits);
      while (end != null && (next == null || next.compareTo(end) > 0)) {
        bits--;
        next = at.plus(bits);
      }
      blocks.add(new Block(at, 128 - bits));
      at = next;
    }
    return blocks;
  }

  /**
   * Addresses that begin with the same bits.
   *
   * @param address the first
   * @param length how many bits are the same
   */
  record Block(Address address, int length) {}

  @Override
  public int compareTo(Address other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }
}
