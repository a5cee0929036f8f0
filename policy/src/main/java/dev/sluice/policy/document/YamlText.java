package dev.sluice.policy.document;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keys with values, lists and scalars as YAML, the way people write it. A text that some reader of
 * YAML may take for something else is quoted.
 */
final class YamlText {
  /** Words, names of files and devices; rates and times; addresses of IPv4; ports. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "[A-Za-z_/]([-A-Za-z0-9_./*+@ ]*[-A-Za-z0-9_./*+@])?"
              + "|[0-9]+(\\.[0-9]+)?[A-Za-z]{1,4}"
              + "|[0-9]+(\\.[0-9]+){3}(/[0-9]+)?"
              + "|[0-9]+-[0-9]+");

  /** What is no text although it looks like one, in some version of YAML. */
  private static final Set<String> RESERVED =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private final StringBuilder text = new StringBuilder();

  private YamlText() {}

  static String of(Map<?, ?> tree) {
    YamlText yaml = new YamlText();
    yaml.mapping(tree, "", "");
    return yaml.text.toString();
  }

  /** The first key of a list's item stands behind its hyphen, the others below it. */
  private void mapping(Map<?, ?> mapping, String first, String indent) {
    String before = first;
    for (Map.Entry<?, ?> entry : mapping.entrySet()) {
      text.append(before).append(scalar(entry.getKey())).append(':');
      value(entry.getValue(), indent);
      before = indent;
    }
  }

  private void value(Object value, String indent) {
    String below = indent + "  ";
    if (value instanceof Map<?, ?> mapping && !mapping.isEmpty()) {
      text.append('\n');
      mapping(mapping, below, below);
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      text.append('\n');
      for (Object item : list) {
        text.append(below).append('-');
        if (item instanceof Map<?, ?> mapping && !mapping.isEmpty()) {
          mapping(mapping, " ", below + "  ");
        } else {
          value(item, below);
        }
      }
    } else {
      text.append(' ').append(scalar(value)).append('\n');
    }
  }

  private static String scalar(Object value) {
    if (value instanceof Map) {
      return "{}";
    } else if (value instanceof List) {
      return "[]";
    } else if (value instanceof String word) {
      return word(word);
    }
    return value.toString();
  }

  private static String word(String word) {
    boolean plain =
        PLAIN.matcher(word).matches() && !RESERVED.contains(word.toLowerCase(Locale.ROOT));
    return plain ? word : quoted(word);
  }

  private static String quoted(String word) {
    StringBuilder quoted = new StringBuilder("\"");
    word.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
              } else if (c == '\n') {
                quoted.append("\\n");
              } else if (c >= ' ' && c <= '~' || Character.isLetterOrDigit(c)) {
                quoted.appendCodePoint(c);
              } else {
                quoted.append(String.format(Locale.ROOT, c > 0xffff ? "\\U%08x" : "\\u%04x", c));
              }
            });
    return quoted.append('"').toString();
  }
}
