package dev.sluice.datapath;

/**
 * A data rate.
 *
 * <p>Held as whole bytes per second, as the kernel's {@code struct tc_ratespec} and the 64-bit rate
 * attributes hold it, so that a rate read back equals the rate that was set.
 *
 * @param bytesPerSecond bytes per second, 0 to {@link Long#MAX_VALUE}; a kernel value above that is
 *     read as the maximum
 */
public record Rate(long bytesPerSecond) implements Comparable<Rate> {
  private static final String[] UNITS = {"bit", "Kbit", "Mbit", "Gbit", "Tbit"};

  /** Checks the range. */
  public Rate {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("rate must not be negative: " + bytesPerSecond + " B/s");
    }
  }

  /** A rate in bits per second; the part below a whole byte per second is cut, as tc does. */
  public static Rate bits(long bitsPerSecond) {
    return new Rate(bitsPerSecond / 8);
  }

  /** A rate in units of 10⁶ bits per second. */
  public static Rate megabits(long megabitsPerSecond) {
    return bits(Math.multiplyExact(megabitsPerSecond, 1_000_000L));
  }

  /** Bits per second, saturating at {@link Long#MAX_VALUE}. */
  public long bitsPerSecond() {
    return bytesPerSecond > Long.MAX_VALUE / 8 ? Long.MAX_VALUE : bytesPerSecond * 8;
  }

  @Override
  public int compareTo(Rate other) {
    return Long.compare(bytesPerSecond, other.bytesPerSecond);
  }

  /** The rate as tc prints it: {@code 10Mbit}, {@code 1500Kbit}. */
  @Override
  public String toString() {
    long rate = bitsPerSecond();
    int unit = 0;
    while (unit < UNITS.length - 1 && rate >= 1000 && (rate % 1000 == 0 || rate >= 1_000_000)) {
      rate /= 1000;
      unit++;
    }
    return rate + UNITS[unit];
  }
}
