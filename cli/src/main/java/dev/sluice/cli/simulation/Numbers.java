package dev.sluice.cli.simulation;

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
    if (bitsPerSecond >= 1_000_000_000) {
      return decimal(bitsPerSecond / 1e9) + " Gbit/s";
    }
    if (bitsPerSecond >= 1_000_000) {
      return decimal(bitsPerSecond / 1e6) + " Mbit/s";
    }
    if (bitsPerSecond >= 1000) {
      return decimal(bitsPerSecond / 1e3) + " kbit/s";
    }
    return bitsPerSecond + " bit/s";
  }

  /** {@code 10 Mbit/s}: a rate that somebody chose. */
  public static String wholeRate(long bitsPerSecond) {
    return rate(bitsPerSecond).replaceFirst("\\.?0+ ", " ");
  }

  /** {@code 1.25 ms}. */
  public static String time(long nanoseconds) {
    if (nanoseconds >= 1_000_000_000) {
      return decimal(nanoseconds / 1e9) + " s";
    }
    if (nanoseconds >= 1_000_000) {
      return decimal(nanoseconds / 1e6) + " ms";
    }
    return nanoseconds == 0 ? "0" : decimal(nanoseconds / 1e3) + " µs";
  }

  private static String decimal(double number) {
    return String.format(
        Locale.ROOT, number >= 100 ? "%.0f" : number >= 10 ? "%.1f" : "%.2f", number);
  }

  /** {@code 12.5 %}. */
  public static String percent(double percent) {
    return String.format(Locale.ROOT, "%.1f %%", percent);
  }
}
