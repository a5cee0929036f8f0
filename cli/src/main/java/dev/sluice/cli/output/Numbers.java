package dev.sluice.cli.output;

import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
  private Numbers() {}

  /** {@code 12,345}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 7.98 Mbit/s}. */
  public static String rate(long bitsPerSecond) {
    return scaled(bitsPerSecond, " bit/s", " kbit/s", " Mbit/s", " Gbit/s", " Tbit/s");
  }

  /** {@code 10 Mbit/s}: a rate that somebody chose. */
  public static String wholeRate(long bitsPerSecond) {
    return rate(bitsPerSecond).replaceFirst("\\.0+ |(\\.\\d*[1-9])0+ ", "$1 ");
  }

  /** {@code 1.25 ms}. */
  public static String time(long nanoseconds) {
    return nanoseconds == 0 ? "0" : scaled(nanoseconds, " ns", " µs", " ms", " s");
  }

  /** {@code 1.25 MB}, with units of 1000. */
  public static String size(long bytes) {
    return scaled(bytes, " B", " kB", " MB", " GB", " TB");
  }

  /** Three digits and the unit that suits them; each unit is a thousand of the one before. */
  private static String scaled(long number, String... units) {
    if (number < 1000) {
      return number + units[0];
    }
    double value = number / 1e3;
    int unit = 1;
    // 999.5 would be rounded to 1000.
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1e3;
      unit++;
    }
    return decimal(value) + units[unit];
  }

  private static String decimal(double number) {
    return String.format(
        Locale.ROOT, number >= 99.95 ? "%.0f" : number >= 9.995 ? "%.1f" : "%.2f", number);
  }

  /** {@code 12.5 %}. */
  public static String percent(double percent) {
    return String.format(Locale.ROOT, "%.1f %%", percent);
  }
}
