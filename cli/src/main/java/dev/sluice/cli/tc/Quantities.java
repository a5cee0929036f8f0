package dev.sluice.cli.tc;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Rates, sizes and times as tc prints them. */
final class Quantities {
  private static final String[] UNITS = {"", "K", "M", "G", "T"};

  private Quantities() {}

  /**
   * A rate in bits per second, in the largest unit that leaves a whole number, or in one that loses
   * less than a thousandth: {@code 10Mbit}, {@code 1500Kbit}.
   */
  static String rate(long bytesPerSecond, boolean binaryUnits) {
    long thousand = binaryUnits ? 1024 : 1000;
    long rate = bytesPerSecond << 3; // cut to 64 bits, as tc does
    int unit = 0;
    while (unit < UNITS.length - 1
        && Long.compareUnsigned(rate, thousand) >= 0
        && (Long.remainderUnsigned(rate, thousand) == 0
            || Long.compareUnsigned(rate, 1000 * thousand) >= 0)) {
      rate = Long.divideUnsigned(rate, thousand);
      unit++;
    }
    return Long.toUnsignedString(rate) + UNITS[unit] + (binaryUnits && unit > 0 ? "ibit" : "bit");
  }

  /**
   * A size in bytes; in units of 1024 or 1024² where it is within 16 or 1024 bytes of a whole
   * number of them: {@code 4Kb}, {@code 1540b}.
   */
  static String size(long bytes) {
    long size = bytes & 0xffff_ffffL;
    if (size >= 1 << 20) {
      long megabytes = nearest(size, 1 << 20);
      if (Math.abs((megabytes << 20) - size) < 1024) {
        return general((double) megabytes, 6) + "Mb";
      }
    }
    if (size >= 1024) {
      long kilobytes = nearest(size, 1024);
      if (Math.abs((kilobytes << 10) - size) < 16) {
        return general((double) kilobytes, 6) + "Kb";
      }
    }
    return size + "b";
  }

  private static long nearest(long size, int unit) {
    long below = size / unit;
    long rest = size % unit * 2;
    return rest > unit || (rest == unit && (below & 1) != 0) ? below + 1 : below;
  }

  /** A time in microseconds: {@code 400ms}, {@code 74.6ms}, {@code 12us}. */
  static String time(long microseconds) {
    long time = microseconds & 0xffff_ffffL;
    if (time >= 1_000_000) {
      return general(time / 1e6, 3) + "s";
    }
    if (time >= 1000) {
      return general(time / 1e3, 3) + "ms";
    }
    return time + "us";
  }

  /** A number with so many significant digits, as C's {@code %g} writes it. */
  static String general(double value, int digits) {
    long whole = (long) value;
    if (whole == value && Math.abs(whole) < 1000) {
      return Long.toString(whole);
    }
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    BigDecimal bare = rounded.stripTrailingZeros();
    if (exponent >= -4 && exponent < digits) {
      return bare.toPlainString();
    }
    String mantissa = bare.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    String power = Integer.toString(Math.abs(exponent));
    return mantissa + (exponent < 0 ? "e-" : "e+") + (power.length() < 2 ? "0" + power : power);
  }
}
