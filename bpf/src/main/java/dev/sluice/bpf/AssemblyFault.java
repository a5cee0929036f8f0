package dev.sluice.bpf;

/** Leaves the statement that is being read. The parser notes the problem and goes on after it. */
final class AssemblyFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Longest message: a file may hold a name of a million characters. */
  private static final int MAX_MESSAGE = 500;

  private final int line;
  private final int column;

  AssemblyFault(Token at, String message) {
    super(clip(message, MAX_MESSAGE), null, false, false);
    line = at.line();
    column = at.column();
  }

  /** The start of a text that is too long to show. */
  static String clip(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "…";
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }

  /** What is wrong. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
