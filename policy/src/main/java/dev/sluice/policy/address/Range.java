package dev.sluice.policy.address;

import java.util.List;

/**
 * Addresses side by side, of one family. Behind an IPv4 address stand 96 bits: zeros of the first,
 * ones of the last.
 *
 * @param from the first
 * @param to the last
 */
record Range(Bits from, Bits to) {
  private static final int ALL = 128;
  private static final Bits LAST = new Bits(-1, -1);

  static Range of(Prefix prefix) {
    Bits from = new Bits(prefix.high(), prefix.low());
    return new Range(from, from.withLast(ALL - prefix.length()));
  }

  /** Whether a range that does not begin before this one leaves no address between them. */
  boolean meets(Range later) {
    return to.equals(LAST) || later.from.compareTo(to.next()) <= 0;
  }

  Range with(Range later) {
    return to.compareTo(later.to) >= 0 ? this : new Range(from, later.to);
  }

  /** Adds its prefixes, as few as can be, to a list. */
  void split(boolean six, List<Prefix> prefixes) {
    Bits at = from;
    while (true) {
      // An IPv4 address ends in many zeros; most ranges are one prefix, or nearly.
      int bits = Math.min(at.trailingZeros(), to.mostBehind(at));
      while (at.withLast(bits).compareTo(to) > 0) {
        bits--;
      }
      prefixes.add(new Prefix(six, at.high(), at.low(), ALL - bits));
      Bits end = at.withLast(bits);
      if (end.equals(to)) {
        return;
      }
      at = end.next();
    }
  }
}
