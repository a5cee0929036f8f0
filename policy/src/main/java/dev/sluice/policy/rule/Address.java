package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;

/**
 * An address of either family, as a number of 128 bits. Those of IPv4 are in {@code ::ffff:0:0/96},
 * as the program sees them.
 *
 * @param high the upper half
 * @param low the lower half
 */
record Address(long high, long low) {
  private static final long MAPPED = 0xffffL << 32;

  /** The first address of a prefix. */
  static Address first(Prefix prefix) {
    return prefix.six()
        ? new Address(prefix.high(), prefix.low())
        : new Address(0, MAPPED | prefix.high() >>> 32);
  }
}
