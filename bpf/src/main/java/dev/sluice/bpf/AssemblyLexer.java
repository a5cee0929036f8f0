package dev.sluice.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Cuts an assembly file into tokens. Comments run from {@code ;}, {@code #} or {@code //} to the
 * end of the line. Within braces the end of a line means nothing, so that a struct may take
 * several.
 */
final class AssemblyLexer {
  /** Longest first, so that {@code <<=} is not read as {@code <} and {@code <=}. */
  private static final String[] SIGNS = {
    "<<=", ">>=", "<<", ">>", "<=", ">=", "==", "!=", "+=", "-=", "*=", "/=", "%=", "|=", "&=",
    "^=", "+", "-", "*", "/", "%", "|", "&", "^", "~", "=", "<", ">", "(", ")", "[", "]", "{", "}",
    ",", ":"
  };

  private final String text;
  private final Consumer<AssemblyFault> faults;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;
  private int braces;

  /**
   * @param faults takes what is no token; reading goes on after it
   */
  AssemblyLexer(String text, Consumer<AssemblyFault> faults) {
    this.text = text;
    this.faults = faults;
  }

  /** All tokens; an {@code END_OF_LINE} and the {@code END_OF_FILE} are last. */
  List<Token> tokens() {
    while (at < text.length()) {
      next();
    }
    tokens.add(token(Token.Kind.END_OF_LINE, "", at));
    tokens.add(token(Token.Kind.END_OF_FILE, "", at));
    return tokens;
  }

  private void next() {
    char c = text.charAt(at);
    if (c == '\n') {
      if (braces == 0) {
        tokens.add(token(Token.Kind.END_OF_LINE, "", at));
      }
      at++;
      line++;
      lineStart = at;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      at++;
    } else if (c == ';' || c == '#' || text.startsWith("//", at)) {
      while (at < text.length() && text.charAt(at) != '\n') {
        at++;
      }
    } else if (c == '"') {
      string();
    } else if (Identifier.isStart(c) || (c == '.' && isPart(at + 1))) {
      word(Token.Kind.WORD);
    } else if (c >= '0' && c <= '9') {
      word(Token.Kind.NUMBER);
    } else {
      sign(c);
    }
  }

  private void word(Token.Kind kind) {
    int start = at;
    if (braces > 0 && text.charAt(at) == '.') {
      // A directive: the closing brace before it is missing, and the rest of the file has lines.
      braces = 0;
      tokens.add(token(Token.Kind.END_OF_LINE, "", at));
    }
    do {
      at++;
    } while (isPart(at));
    tokens.add(token(kind, text.substring(start, at), start));
  }

  private boolean isPart(int position) {
    return position < text.length()
        && (Identifier.isPart(text.charAt(position)) || text.charAt(position) == '.');
  }

  private void string() {
    int start = at++;
    StringBuilder content = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
      boolean escaped = text.charAt(at) == '\\' && at + 1 < text.length();
      if (escaped && text.charAt(at + 1) != '\n') {
        at++;
      }
      content.append(text.charAt(at++));
    }
    if (at >= text.length() || text.charAt(at) == '\n') {
      faults.accept(
          new AssemblyFault(
              token(Token.Kind.STRING, "", start), "this string has no closing quote"));
    } else {
      at++;
    }
    tokens.add(token(Token.Kind.STRING, content.toString(), start));
  }

  private void sign(char c) {
    for (String sign : SIGNS) {
      if (text.startsWith(sign, at)) {
        int start = at;
        at += sign.length();
        if (sign.equals("{")) {
          braces++;
        } else if (sign.equals("}")) {
          braces = Math.max(0, braces - 1);
        }
        tokens.add(token(Token.Kind.SIGN, sign, start));
        return;
      }
    }
    int start = at;
    at += Character.charCount(text.codePointAt(at));
    faults.accept(
        new AssemblyFault(
            token(Token.Kind.SIGN, "", start),
            Character.isISOControl(c)
                ? "the control character 0x%02x does not belong here".formatted((int) c)
                : "'" + text.substring(start, at) + "' does not belong here"));
  }

  private Token token(Token.Kind kind, String content, int start) {
    return new Token(kind, content, line, start - lineStart + 1, at - lineStart + 1);
  }
}
