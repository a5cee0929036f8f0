package dev.sluice.cli.prog;

import dev.sluice.bpf.SourceLine;
import dev.sluice.bpf.Subprogram;
import dev.sluice.cli.output.Output;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Instructions with the functions that they belong to and the lines that they come from. */
final class SourceListing {
  private SourceListing() {}

  /**
   * Prints them.
   *
   * @param instructions one line each, which begins with its slot
   * @param name what the first function is called
   */
  static void print(
      List<String> instructions,
      String name,
      List<Subprogram> functions,
      List<SourceLine> lines,
      Output output) {
    Map<Integer, String> names =
        functions.stream().collect(Collectors.toMap(Subprogram::slot, Subprogram::name));
    Map<Integer, SourceLine> sources = new HashMap<>();
    lines.forEach(line -> sources.put(line.slot(), line));
    if (!functions.isEmpty()) {
      names.put(0, name);
    }
    SourceLine last = null;
    for (String instruction : instructions) {
      int slot = slot(instruction);
      String function = names.get(slot);
      if (function != null) {
        output.line((slot == 0 ? "" : "\n") + function + ":");
      }
      SourceLine line = sources.get(slot);
      if (line != null && !isSame(line, last)) {
        output.line(output.paint().dim("; " + text(line)));
      }
      last = line == null ? last : line;
      output.line(instruction);
    }
  }

  private static int slot(String instruction) {
    return Integer.parseInt(instruction.substring(0, instruction.indexOf(':')).strip());
  }

  private static boolean isSame(SourceLine line, @Nullable SourceLine last) {
    return last != null && line.line() == last.line() && line.file().equals(last.file());
  }

  private static String text(SourceLine line) {
    String place = line.file() + ":" + line.line();
    // What a file holds must not command the terminal.
    String text = line.text().replaceAll("\\p{Cntrl}", " ");
    return text.isEmpty() ? place : text + "  @ " + place;
  }
}
