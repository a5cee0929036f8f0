package dev.sluice.policy.document;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rates, sizes and times as text, in tc's units: {@code kbps} is kilo<em>bytes</em> per second,
 * {@code kb} of a size is 1024 bytes. Sizes in bits, which tc also reads, are none.
 */
public final class Quantities {
  /** A number with a unit. */
  static final String PATTERN = "[0-9]{1,20}(\\.[0-9]{1,12})?";

  private static final Pattern WORD = Pattern.compile("(" + PATTERN + ")([A-Za-z]*)");
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  /** Units of rates, in bits per second. */
  static final Map<String, Long> RATES = rates();

  /** Units of sizes, in bytes. */
  static final Map<String, Long> SIZES = sizes();

  /** Units of times, in nanoseconds. */
  static final Map<String, Long> TIMES = times();

  /** Units of bits of sizes, in bytes. */
  private static final Map<String, Long> BITS =
      Map.of("kbit", 128L, "mbit", 128L << 10, "gbit", 128L << 20);

  private Quantities() {}

  private static Map<String, Long> rates() {
    Map<String, Long> units = new LinkedHashMap<>();
    units.put("", 1L);
    units.put("bit", 1L);
    units.put("bps", 8L);
    long thousands = 1;
    long kibis = 1;
    for (String prefix : new String[] {"k", "m", "g", "t"}) {
      thousands *= 1000;
      kibis *= 1024;
      units.put(prefix + "bit", thousands);
      units.put(prefix + "ibit", kibis);
      units.put(prefix + "bps", 8 * thousands);
      units.put(prefix + "ibps", 8 * kibis);
    }
    return units;
  }

  private static Map<String, Long> sizes() {
    Map<String, Long> units = new LinkedHashMap<>();
    units.put("", 1L);
    units.put("b", 1L);
    long kibis = 1;
    for (String prefix : new String[] {"k", "m", "g"}) {
      kibis *= 1024;
      units.put(prefix, kibis);
      units.put(prefix + "b", kibis);
      units.put(prefix + "ib", kibis);
    }
    return units;
  }

  private static Map<String, Long> times() {
    Map<String, Long> units = new LinkedHashMap<>();
    units.put("ns", 1L);
    units.put("us", 1_000L);
    units.put("ms", 1_000_000L);
    units.put("s", 1_000_000_000L);
    units.put("m", 60_000_000_000L);
    units.put("h", 3_600_000_000_000L);
    return units;
  }

  /** A rate such as {@code 10mbit}; a number alone is bits per second. Null if it is none. */
  public static @Nullable Rate rate(String text) {
    BigDecimal bits = quantity(text, RATES);
    if (bits == null) {
      return null;
    }
    BigDecimal bytes = bits.divide(BigDecimal.valueOf(8), 0, RoundingMode.DOWN);
    return bytes.compareTo(MOST) <= 0 ? new Rate(bytes.longValue()) : null;
  }

  /** A size such as {@code 32kb}; a number alone is bytes. Null if it is none. */
  public static @Nullable DataSize size(String text) {
    BigDecimal bytes = quantity(text, SIZES);
    return bytes == null || bytes.compareTo(MOST) > 0 ? null : new DataSize(bytes.longValue());
  }

  /** A time such as {@code 50ms}. Null if it is none. */
  public static @Nullable Duration time(String text) {
    BigDecimal nanoseconds = quantity(text, TIMES);
    return nanoseconds == null || nanoseconds.compareTo(MOST) > 0
        ? null
        : Duration.ofNanos(nanoseconds.longValue());
  }

  /** What tc makes of a size whose unit is of bits, {@code 32kbit}; null if it is none. */
  static @Nullable DataSize sizeInBits(String text) {
    BigDecimal bytes = quantity(text, BITS);
    return bytes == null || bytes.compareTo(MOST) > 0 ? null : new DataSize(bytes.longValue());
  }

  private static @Nullable BigDecimal quantity(String text, Map<String, Long> units) {
    Matcher word = WORD.matcher(text);
    if (!word.matches()) {
      return null;
    }
    Long unit = units.get(word.group(3).toLowerCase(Locale.ROOT));
    return unit == null ? null : new BigDecimal(word.group(1)).multiply(BigDecimal.valueOf(unit));
  }

  /** A rate in the largest unit in which it is whole: {@code 1500kbit}. */
  public static String text(Rate rate) {
    BigInteger bits = BigInteger.valueOf(rate.bytesPerSecond()).shiftLeft(3);
    return text(bits, Map.of("bit", 1L, "kbit", 1000L, "mbit", 1_000_000L, "gbit", 1_000_000_000L));
  }

  /** A size in the largest unit in which it is whole: {@code 16kib}, {@code 1540b}. */
  public static String text(DataSize size) {
    return text(
        BigInteger.valueOf(size.bytes()),
        Map.of("b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30));
  }

  /** A time in the largest unit in which it is whole: {@code 50ms}. */
  public static String text(Duration time) {
    return text(BigInteger.valueOf(time.toNanos()), TIMES);
  }

  private static String text(BigInteger number, Map<String, Long> units) {
    Map.Entry<String, Long> best = null;
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      boolean whole = number.mod(BigInteger.valueOf(unit.getValue())).signum() == 0;
      boolean fits = number.signum() != 0 || unit.getValue() == 1;
      if (whole && fits && (best == null || unit.getValue() > best.getValue())) {
        best = unit;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("no unit is 1");
    }
    return number.divide(BigInteger.valueOf(best.getValue())) + best.getKey();
  }
}
