package dev.sluice.bpf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The labels and functions of one program. They are found before its instructions are read, so that
 * {@code call name} can tell a function further down from a helper, and a jump to nowhere is an
 * error where it stands.
 */
final class ProgramLabels {
  private final Map<String, Label> labels = new HashMap<>();

  /**
   * @param tokens those after the line of the program's directive; the next {@code .program} ends
   *     it
   */
  ProgramLabels(List<Token> tokens, CodeBuilder code) {
    boolean lineStarts = true;
    for (int i = 0; i + 1 < tokens.size(); i++) {
      Token token = tokens.get(i);
      Token next = tokens.get(i + 1);
      if (lineStarts && token.isWord(".program")) {
        return;
      }
      boolean isLabel = lineStarts && token.kind() == Token.Kind.WORD && next.isSign(":");
      if (isLabel) {
        labels.computeIfAbsent(token.text(), code::newLabel);
        i++;
        continue;
      }
      if (lineStarts && token.isWord(".func") && Identifier.isValid(next.text())) {
        labels.computeIfAbsent(next.text(), code::newFunction);
      }
      lineStarts = token.kind() == Token.Kind.END_OF_LINE;
    }
  }

  /** The label or function with this name. */
  Optional<Label> find(String name) {
    return Optional.ofNullable(labels.get(name));
  }
}
