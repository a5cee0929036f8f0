package dev.sluice.cli.tc;

import dev.sluice.datapath.Rate;
import org.jspecify.annotations.Nullable;

/**
 * Rates, sizes and times as tc reads them ({@code lib/utils_math.c} and {@code lib/utils.c} of
 * iproute2): a decimal number and a unit in any case. Traps that come with it: {@code kbps} is
 * kilo<em>bytes</em> per second, {@code kbit} of a size is 128 bytes, {@code k} of a size is 1024.
 */
public final class Units {
  private static final String[] RATES = {
    "bit", "Kibit", "kbit", "Mibit", "mbit", "Gibit", "gbit", "Tibit", "tbit",
    "Bps", "KiBps", "KBps", "MiBps", "MBps", "GiBps", "GBps", "TiBps", "TBps",
  };

  private static final double[] BITS = {
    1,
    1024,
    1e3,
    1048576,
    1e6,
    1073741824,
    1e9,
    1099511627776.,
    1e12,
    8,
    8192,
    8e3,
    8388608,
    8e6,
    8589934592.,
    8e9,
    8796093022208.,
    8e12,
  };

  private Units() {}

  /** A rate, null if the word is none. Fractions of a byte per second are cut. */
  public static @Nullable Rate rate(String word) {
    Digits digits = new Digits(word, 0);
    double bits = digits.decimal();
    if (digits.end() == 0) {
      return null;
    }
    if (!digits.atEnd()) {
      String unit = word.substring(digits.end());
      int i = 0;
      while (i < RATES.length && !RATES[i].equalsIgnoreCase(unit)) {
        i++;
      }
      if (i == RATES.length) {
        return null;
      }
      bits *= BITS[i];
    }
    // A negative or infinite rate, which C leaves undefined and tc sends, is refused here.
    return bits >= 0 && bits < 1e19 ? new Rate((long) (bits / 8)) : null;
  }

  /**
   * A rate, also as a share of the device's speed ({@code 50%}).
   *
   * @return null if the word is none; where there is more to say, it has been said
   */
  static @Nullable Rate rate(String word, DeviceSpeed speed, Problems problems) {
    return word.indexOf('%') < 0 ? rate(word) : share(word, speed, problems);
  }

  private static @Nullable Rate share(String word, DeviceSpeed speed, Problems problems) {
    if (speed.device() == null) {
      problems.line("No device specified; specify device to rate limit by percentage");
      return null;
    }
    int end = 0;
    while (end < word.length() && "0123456789.%".indexOf(word.charAt(end)) >= 0) {
      end++;
    }
    Digits digits = new Digits(word.substring(0, end), 0);
    double share = digits.decimal() / 100;
    if (share > 1) {
      problems.line("Invalid rate specified; should be between [0,100]% but is ", word);
      return null;
    }
    if (!word.substring(digits.end(), end).equals("%")) {
      problems.line("Specified rate value could not be read or is malformed");
      return null;
    }
    long megabits = speed.megabits(problems);
    if (megabits < 0) {
      return null;
    }
    return new Rate((long) (share * megabits * 1e6 / 8));
  }

  /** A size in bytes that fits into 32 bits, −1 if the word is none. */
  public static long size(String word) {
    return size(word, word.length());
  }

  private static long size(String word, int end) {
    Digits digits = new Digits(end == word.length() ? word : word.substring(0, end), 0);
    double bytes = digits.decimal();
    if (digits.end() == 0) {
      return -1;
    }
    if (digits.end() < end) {
      double unit = sizeUnit(word.substring(digits.end(), end));
      if (unit == 0) {
        return -1;
      }
      bytes *= unit;
    }
    return bytes >= 0 && bytes < 0x1p32 ? (long) bytes : -1;
  }

  private static double sizeUnit(String unit) {
    if (unit.equalsIgnoreCase("b")) {
      return 1;
    } else if (unit.equalsIgnoreCase("kb") || unit.equalsIgnoreCase("k")) {
      return 1024;
    } else if (unit.equalsIgnoreCase("mb") || unit.equalsIgnoreCase("m")) {
      return 1 << 20;
    } else if (unit.equalsIgnoreCase("gb") || unit.equalsIgnoreCase("g")) {
      return 1 << 30;
    } else if (unit.equalsIgnoreCase("kbit")) {
      return 128;
    } else if (unit.equalsIgnoreCase("mbit")) {
      return 1 << 17;
    } else if (unit.equalsIgnoreCase("gbit")) {
      return 1 << 27;
    }
    return 0;
  }

  /** A size whose unit is of bits, which is easily taken for a rate's: {@code 32kbit}. */
  static boolean isInBits(String word) {
    int slash = word.indexOf('/');
    int end = slash < 0 ? word.length() : slash;
    return end >= 3 && word.regionMatches(true, end - 3, "bit", 0, 3);
  }

  /**
   * A size with the cell of the legacy rate table behind a slash.
   *
   * @param bytes the size
   * @param cellLog log2 of the cell; −1 where none is given
   */
  record SizeAndCell(long bytes, int cellLog) {}

  /** A size as {@code SIZE} or {@code SIZE/CELL}, the cell a power of two; null if it is none. */
  static @Nullable SizeAndCell sizeAndCell(String word) {
    int slash = word.indexOf('/');
    long bytes = size(word, slash < 0 ? word.length() : slash);
    if (bytes < 0) {
      return null;
    }
    if (slash < 0) {
      return new SizeAndCell(bytes, -1);
    }
    long cell = Digits.signed32(word.substring(slash + 1), 0);
    if (cell == Digits.NONE || Integer.bitCount((int) cell) != 1) {
      return null;
    }
    return new SizeAndCell(bytes, Integer.numberOfTrailingZeros((int) cell));
  }

  /** A time in microseconds that fits into 32 bits, −1 if the word is none. */
  public static long microseconds(String word) {
    Digits digits = new Digits(word, 0);
    double time = digits.decimal();
    if (digits.end() == 0) {
      return -1;
    }
    if (!digits.atEnd()) {
      String unit = word.substring(digits.end());
      if (isUnit(unit, "s", "sec")) {
        time *= 1e6;
      } else if (isUnit(unit, "ms", "msec")) {
        time *= 1e3;
      } else if (!isUnit(unit, "us", "usec")) {
        return -1;
      }
    }
    return time >= 0 && time < 0x1p32 ? (long) time : -1;
  }

  private static boolean isUnit(String unit, String letters, String name) {
    return unit.equalsIgnoreCase(letters)
        || unit.equalsIgnoreCase(name)
        || (unit.length() == name.length() + 1
            && unit.regionMatches(true, 0, name, 0, name.length())
            && (unit.charAt(name.length()) | 0x20) == 's');
  }
}
