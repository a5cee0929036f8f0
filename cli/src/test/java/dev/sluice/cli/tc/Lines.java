package dev.sluice.cli.tc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Command lines from a resource. Beside plain lines and {@code #} comments, it may hold blocks:
 * {@code each LINE} lines with <code>{}</code>, {@code then LINE} lines, indented values, and
 * {@code end}. For each value come the {@code each} lines with the value put in, then the {@code
 * then} lines.
 */
final class Lines {
  private final List<String> lines = new ArrayList<>();
  private final List<String> each = new ArrayList<>();
  private final List<String> then = new ArrayList<>();

  private Lines() {}

  static List<String> of(String resource) throws IOException {
    Lines read = new Lines();
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Lines.class.getResourceAsStream(resource), resource),
                StandardCharsets.UTF_8))) {
      String line = reader.readLine();
      while (line != null) {
        read.add(line);
        line = reader.readLine();
      }
    }
    return read.lines;
  }

  private void add(String line) {
    if (line.startsWith("each ")) {
      each.add(line.substring(5));
    } else if (line.startsWith("then ")) {
      then.add(line.substring(5));
    } else if (line.equals("end")) {
      each.clear();
      then.clear();
    } else if (!each.isEmpty()) {
      String value = line.strip();
      for (String template : each) {
        lines.add(template.replace("{}", value.equals("(nothing)") ? "" : value));
      }
      lines.addAll(then);
    } else if (!line.startsWith("#")) {
      lines.add(line);
    }
  }
}
