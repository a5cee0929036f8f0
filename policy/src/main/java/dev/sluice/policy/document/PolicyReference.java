package dev.sluice.policy.document;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The reference of a policy's keys, as Markdown. */
public final class PolicyReference {
  private static final String START = "<!-- reference -->\n";
  private static final String END = "<!-- /reference -->";

  private PolicyReference() {}

  /** A table for each mapping, and one for words and values. */
  public static String markdown() {
    Vocabulary vocabulary = Vocabulary.ofPolicies();
    StringBuilder text = new StringBuilder();
    for (Class<?> type : vocabulary.records()) {
      text.append("### ").append(type.getSimpleName()).append("\n\n");
      text.append(Vocabulary.meaning(type)).append("\n\n");
      text.append("| key | value | unless said | |\n|---|---|---|---|\n");
      for (Key key : Key.of(type)) {
        row(text, "`" + key.name() + "`", value(key), otherwise(key), key.doc().value());
      }
      text.append('\n');
    }
    text.append("### Words and values\n\n| | | |\n|---|---|---|\n");
    for (Class<?> type : vocabulary.enums()) {
      row(text, type.getSimpleName(), words(type), Vocabulary.meaning(type));
    }
    for (TextForm<?> form : vocabulary.forms()) {
      row(text, form.type().getSimpleName(), form.expected(), form.description());
    }
    return text.toString();
  }

  /**
   * A page with the reference between its markers.
   *
   * @throws IllegalArgumentException if the page has no markers
   */
  public static String into(String page) {
    int start = page.indexOf(START);
    int end = page.indexOf(END);
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("expected " + START.strip() + " and " + END);
    }
    return page.substring(0, start + START.length()) + markdown() + page.substring(end);
  }

  private static void row(StringBuilder text, String... cells) {
    text.append("| ")
        .append(
            List.of(cells).stream()
                .map(cell -> cell.replace("|", "\\|"))
                .collect(Collectors.joining(" | ")))
        .append(" |\n");
  }

  private static String value(Key key) {
    String one = one(key);
    return switch (key.shape()) {
      case ONE -> one;
      case LIST -> "list: " + one;
      case TABLE -> "keys, each with " + one;
    };
  }

  private static String one(Key key) {
    Class<?> type = key.type();
    if (TextForm.of(type) != null || type.isEnum()) {
      return "[" + type.getSimpleName() + "](#words-and-values)";
    } else if (type.isRecord()) {
      return "["
          + type.getSimpleName()
          + "](#"
          + type.getSimpleName().toLowerCase(Locale.ROOT)
          + ")";
    } else if (key.isNumber()) {
      return key.least() > Integer.MIN_VALUE
          ? "number, " + key.least() + " to " + key.most()
          : "number";
    } else if (type == boolean.class || type == Boolean.class) {
      return "`true` or `false`";
    }
    String literal = key.literal();
    if (literal != null) {
      return "`" + literal + "`";
    }
    return key.doc().pattern().isEmpty() ? "text" : "text: `" + key.doc().pattern() + "`";
  }

  private static String otherwise(Key key) {
    String otherwise = key.doc().otherwise();
    if (key.required()) {
      return "**required**";
    }
    if (otherwise.isEmpty()) {
      return "";
    }
    return Binder.read(key, otherwise) == null ? otherwise : "`" + otherwise + "`";
  }

  private static String words(Class<?> type) {
    return EnumWords.all(type).keySet().stream()
        .map(word -> "`" + word + "`")
        .collect(Collectors.joining(", "));
  }
}
