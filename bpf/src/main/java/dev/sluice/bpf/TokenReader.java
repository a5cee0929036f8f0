package dev.sluice.bpf;

import java.util.List;
import java.util.Optional;

/** Walks through the tokens of an assembly file and says what it missed. */
final class TokenReader {
  private final List<Token> tokens;
  private int at;

  /**
   * @param tokens the last is {@code END_OF_FILE}
   */
  TokenReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** Which token is the next. */
  int position() {
    return at;
  }

  /** Any token. */
  Token tokenAt(int position) {
    return tokens.get(position);
  }

  /** The next token, which stays the next. */
  Token peek() {
    return tokens.get(at);
  }

  /** The token after the next, or the last. */
  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  /** Takes the next token; the last is never used up. */
  Token take() {
    Token token = tokens.get(at);
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  /** Takes the next token if it is this sign. */
  boolean takeSign(String sign) {
    if (peek().isSign(sign)) {
      at++;
      return true;
    }
    return false;
  }

  /** Takes the next token if it is this word. */
  boolean takeWord(String word) {
    if (peek().isWord(word)) {
      at++;
      return true;
    }
    return false;
  }

  /** Takes this sign or fails. */
  void expectSign(String sign) {
    if (!takeSign(sign)) {
      throw expected("'" + sign + "'");
    }
  }

  /** Takes this word or fails. */
  void expectWord(String word) {
    if (!takeWord(word)) {
      throw expected("'" + word + "'");
    }
  }

  /** Takes any word or fails; {@code what} names what it stands for. */
  Token expectAnyWord(String what) {
    if (peek().kind() != Token.Kind.WORD) {
      throw expected(what);
    }
    return take();
  }

  /** Takes the end of the line or fails. */
  void expectEndOfLine() {
    requireEndOfLine();
    take();
  }

  /** Fails unless the end of the line is next, which stays. */
  private void requireEndOfLine() {
    if (!atEndOfLine() && !atEndOfFile()) {
      throw expected("the end of the line");
    }
  }

  /** Skips to the next line. */
  void skipLine() {
    while (!atEndOfLine() && !atEndOfFile()) {
      at++;
    }
    take();
  }

  boolean atEndOfLine() {
    return peek().kind() == Token.Kind.END_OF_LINE;
  }

  boolean atEndOfFile() {
    return peek().kind() == Token.Kind.END_OF_FILE;
  }

  /** Takes a whole or half register ({@code r3}, {@code w3}) or fails. */
  RegisterWord expectRegister() {
    Optional<RegisterWord> register = RegisterWord.of(peek());
    if (register.isEmpty()) {
      throw expected("a register r0 to r10 or w0 to w10");
    }
    take();
    return register.get();
  }

  /** Takes a register with this width or fails. */
  Register expectRegister(Width width) {
    Optional<RegisterWord> register = RegisterWord.of(peek());
    if (register.isEmpty() || register.get().width() != width) {
      throw expected(width == Width.W64 ? "a register r0 to r10" : "a 32-bit register w0 to w10");
    }
    take();
    return register.get().register();
  }

  /** The fault that the next token is not what it should be. */
  AssemblyFault expected(String what) {
    return new AssemblyFault(peek(), "expected " + what + ", found " + peek().describe());
  }
}
