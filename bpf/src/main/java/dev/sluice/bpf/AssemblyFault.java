package dev.sluice.bpf;

/** Leaves the statement that is being read. The parser notes the problem and goes on after it. */
final class AssemblyFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  AssemblyFault(Token at, String message) {
    super(message, null, false, false);
    line = at.line();
    column = at.column();
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
