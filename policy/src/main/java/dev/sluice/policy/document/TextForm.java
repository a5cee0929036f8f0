package dev.sluice.policy.document;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Ports;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A type whose values are one word of a document.
 *
 * @param type the type
 * @param description what it looks like, for a reader
 * @param expected the same for an error, as in "expected …"
 * @param pattern a regular expression that all of the text matches
 * @param mostAlone the greatest number that may stand without a unit; −1 if none may
 * @param read gives null for what it cannot read
 * @param write the text that {@code read} makes the value of
 * @param hint what else there is to say about a text that cannot be read; empty if nothing
 */
record TextForm<T>(
    Class<T> type,
    String description,
    String expected,
    String pattern,
    long mostAlone,
    Function<String, @Nullable T> read,
    Function<T, String> write,
    Function<String, String> hint) {
  private static final Pattern PORTS = Pattern.compile("[0-9]{1,5}(-[0-9]{1,5})?");

  private static final TextForm<Rate> RATE =
      new TextForm<>(
          Rate.class,
          "A rate: a number with `bit`, `kbit`, `mbit`, `gbit` or `tbit` per second, of 1000 each;"
              + " `kibit` … are of 1024, `bps`, `kbps` … are bytes per second, as tc has it. A"
              + " number alone is bits per second.",
          "a rate such as 10mbit",
          Quantities.PATTERN + "([kKmMgGtT]?[iI]?([bB][iI][tT]|[bB][pP][sS]))?",
          Long.MAX_VALUE,
          Quantities::rate,
          Quantities::text,
          text -> "");

  private static final TextForm<DataSize> SIZE =
      new TextForm<>(
          DataSize.class,
          "A size: a number with `b`, `kb`, `mb` or `gb`, of 1024 each as tc has it (`kib` … are"
              + " the same). A number alone is bytes.",
          "a size such as 32kb",
          Quantities.PATTERN + "([kKmMgG][iI]?[bB]|[kKmMgGbB])?",
          Long.MAX_VALUE,
          Quantities::size,
          Quantities::text,
          TextForm::hintOfSize);

  private static final TextForm<Duration> TIME =
      new TextForm<>(
          Duration.class,
          "A time: a number with `ns`, `us`, `ms`, `s`, `m` or `h`.",
          "a time such as 50ms",
          Quantities.PATTERN + "([nNuUmM]?[sS]|[mMhH])",
          -1,
          Quantities::time,
          Quantities::text,
          text -> text.matches("[0-9]+") ? "a time has a unit: " + text + "ms?" : "");

  private static final TextForm<Prefix> PREFIX =
      new TextForm<>(
          Prefix.class,
          "An address, or a prefix of addresses: `192.168.1.100`, `10.0.0.0/8`, `fd00::/8`.",
          "an address or prefix such as 10.0.0.0/8",
          "[0-9a-fA-F.:]+(/[0-9]{1,3})?",
          -1,
          Prefix::parse,
          Prefix::toString,
          TextForm::hintOfPrefix);

  private static final TextForm<Ports> PORT_RANGE =
      new TextForm<>(
          Ports.class,
          "A port or some of them: `443`, `8000-8100`.",
          "a port from 0 to 65535 or several such as 8000-8100",
          PORTS.pattern(),
          0xffff,
          TextForm::ports,
          Ports::toString,
          text -> "");

  private static final List<TextForm<?>> ALL = List.of(RATE, SIZE, TIME, PREFIX, PORT_RANGE);

  /** Of a type; null if it has no text form. */
  static @Nullable TextForm<?> of(Class<?> type) {
    return ALL.stream().filter(form -> form.type == type).findFirst().orElse(null);
  }

  /** The text of a value. */
  String text(Object value) {
    return write.apply(type.cast(value));
  }

  private static @Nullable Ports ports(String text) {
    if (!PORTS.matcher(text).matches()) {
      return null;
    }
    try {
      return Ports.parse(text);
    } catch (IllegalArgumentException e) {
      return null; // above 65,535, or backwards
    }
  }

  private static String hintOfSize(String text) {
    DataSize taken = Quantities.sizeInBits(text);
    return taken == null
        ? ""
        : "sizes are in bytes, and tc would take this for "
            + taken.bytes()
            + " bytes: write "
            + Quantities.text(taken)
            + " if you mean that";
  }

  private static String hintOfPrefix(String text) {
    int slash = text.indexOf('/');
    Prefix address = slash < 0 ? null : Prefix.parse(text.substring(0, slash));
    if (address == null || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
      return "";
    }
    int length = Integer.parseInt(text.substring(slash + 1));
    if (length > address.length()) {
      return "the length is at most " + address.length();
    }
    Prefix meant =
        address.six()
            ? Prefix.six(address.high(), address.low(), length)
            : Prefix.four(address.address4(), length);
    return "there are bits behind the length; did you mean " + meant + "?";
  }
}
