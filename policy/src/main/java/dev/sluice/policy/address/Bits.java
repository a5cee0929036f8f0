package dev.sluice.policy.address;

/**
 * An unsigned number of 128 bits: an IPv6 address, or an IPv4 address in its upper 32 bits.
 *
 * @param high the upper half
 * @param low the lower half
 */
record Bits(long high, long low) implements Comparable<Bits> {
  @Override
  public int compareTo(Bits other) {
    int order = Long.compareUnsigned(high, other.high);
    return order == 0 ? Long.compareUnsigned(low, other.low) : order;
  }

  Bits next() {
    return low == -1 ? new Bits(high + 1, 0) : new Bits(high, low + 1);
  }

  Bits before() {
    return low == 0 ? new Bits(high - 1, -1) : new Bits(high, low - 1);
  }

  int trailingZeros() {
    return low == 0 ? 64 + Long.numberOfTrailingZeros(high) : Long.numberOfTrailingZeros(low);
  }

  /** How many bits there are from the first on that differs from another's. */
  int mostBehind(Bits other) {
    return high == other.high
        ? 64 - Long.numberOfLeadingZeros(low ^ other.low)
        : 128 - Long.numberOfLeadingZeros(high ^ other.high);
  }

  /** The same with so many of the last bits set. */
  Bits withLast(int bits) {
    return bits <= 64
        ? new Bits(high, low | (bits == 0 ? 0 : -1L >>> (64 - bits)))
        : new Bits(high | -1L >>> (128 - bits), -1);
  }
}
