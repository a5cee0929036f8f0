package dev.sluice.bpf;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A register as assembly writes it.
 *
 * @param width whether it is written {@code r3} or {@code w3}
 */
record RegisterWord(Register register, Width width) {
  private static final Map<String, RegisterWord> WORDS = new HashMap<>();

  static {
    for (Width width : Width.values()) {
      for (Register register : Register.values()) {
        WORDS.put(register.text(width), new RegisterWord(register, width));
      }
    }
  }

  /** The register that a token names. */
  static Optional<RegisterWord> of(Token token) {
    return token.kind() == Token.Kind.WORD ? of(token.text()) : Optional.empty();
  }

  /** The register with this name. */
  static Optional<RegisterWord> of(String word) {
    return Optional.ofNullable(WORDS.get(word));
  }
}
