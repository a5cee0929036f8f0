package dev.sluice.policy.address;

import dev.sluice.datapath.InvalidInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * What a registry of addresses has given to whom, as it publishes it every day: {@code
 * delegated-ripencc-latest}, also with {@code extended}. A line is {@code
 * registry|country|type|start|count|date|status}; of IPv6, the count is a prefix's length.
 */
final class Delegations {
  private static final int LEAST_FIELDS = 7;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
  private static final long MOST = 1L << 32;

  private Delegations() {}

  /**
   * Reads what countries have.
   *
   * @param countries in two upper-case letters
   * @param found takes a country and a prefix that it has
   */
  static void read(Path file, Set<String> countries, BiConsumer<String, Prefix> found) {
    TextLines.read(
        file,
        (text, line) -> {
          String[] fields = text.split("\\|", -1);
          if (isHeading(fields)) {
            return;
          }
          if (fields.length < LEAST_FIELDS) {
            throw invalid(
                file,
                line,
                "'%s' has %d fields; expected registry|country|type|start|count|date|status"
                    .formatted(text, fields.length));
          }
          if (countries.contains(fields[1])) {
            for (Prefix prefix : prefixes(fields, file, line)) {
              found.accept(fields[1], prefix);
            }
          }
        });
  }

  /** The line of the version, {@code 2|apnic|20260101|…}, and the lines of sums. */
  private static boolean isHeading(String[] fields) {
    boolean version = !fields[0].isEmpty() && Character.isDigit(fields[0].charAt(0));
    boolean sum = fields.length == 6 && "summary".equals(fields[5]);
    return version || sum;
  }

  private static List<Prefix> prefixes(String[] fields, Path file, int line) {
    return switch (fields[2]) {
      case "ipv4" -> four(fields[3], fields[4], file, line);
      case "ipv6" -> {
        Prefix prefix = Prefix.parse(fields[3] + "/" + fields[4]);
        if (prefix == null || !prefix.six()) {
          throw invalid(
              file,
              line,
              "'%s' with length '%s' is no IPv6 prefix".formatted(fields[3], fields[4]));
        }
        yield List.of(prefix);
      }
      case "asn" -> List.of();
      default ->
          throw invalid(
              file, line, "'%s' is no type; expected ipv4, ipv6 or asn".formatted(fields[2]));
    };
  }

  private static List<Prefix> four(String start, String count, Path file, int line) {
    Prefix first = Prefix.parse(start);
    if (first == null || first.six() || !first.isAddress()) {
      throw invalid(file, line, "'%s' is no IPv4 address".formatted(start));
    }
    long many = number(count);
    long from = first.address4() & 0xffff_ffffL;
    if (many < 1 || many > MOST - from) {
      throw invalid(
          file,
          line,
          "the count is '%s'; expected 1 to %d from %s on".formatted(count, MOST - from, start));
    }
    Bits last = new Bits((from + many - 1) << 32, 0).withLast(96);
    List<Prefix> prefixes = new ArrayList<>();
    new Range(new Bits(first.high(), 0), last).split(false, prefixes);
    return prefixes;
  }

  private static long number(String text) {
    return NUMBER.matcher(text).matches() ? Long.parseLong(text) : -1;
  }

  private static InvalidInput invalid(Path file, int line, String problem) {
    return new InvalidInput(file.toString(), line, 0, problem);
  }
}
