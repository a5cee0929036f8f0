package dev.sluice.bpf;

/**
 * A word or sign of an assembly file.
 *
 * @param text as it is written; of a string, what is between the quotes
 * @param line counts from 1
 * @param column counts from 1
 * @param end the column after it
 */
record Token(Kind kind, String text, int line, int column, int end) {
  enum Kind {
    /** A name, a register, a directive or a keyword. */
    WORD,
    NUMBER,
    STRING,
    /** An operator or bracket. */
    SIGN,
    /** The end of a line, or of the file. */
    END_OF_LINE,
    END_OF_FILE
  }

  /** Most characters of a token in an error message. */
  private static final int MAX_SHOWN = 60;

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }

  boolean isSign(String sign) {
    return is(Kind.SIGN, sign);
  }

  boolean isWord(String word) {
    return is(Kind.WORD, word);
  }

  /** Whether the next token follows without space. */
  boolean touches(Token next) {
    return line == next.line && end == next.column;
  }

  /** What an error message calls it. */
  String describe() {
    return switch (kind) {
      case END_OF_LINE -> "the end of the line";
      case END_OF_FILE -> "the end of the file";
      case STRING -> "the string \"" + AssemblyFault.clip(text, MAX_SHOWN) + "\"";
      default -> "'" + AssemblyFault.clip(text, MAX_SHOWN) + "'";
    };
  }
}
