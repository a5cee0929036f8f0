package dev.sluice.bpf;

import java.util.Optional;

/** What a {@link Jump.Branch} asks of its two operands. */
public enum Condition {
  EQUAL("==", Opcode.JMP_JEQ),
  NOT_EQUAL("!=", Opcode.JMP_JNE),
  GREATER(">", Opcode.JMP_JGT),
  GREATER_OR_EQUAL(">=", Opcode.JMP_JGE),
  LESS("<", Opcode.JMP_JLT),
  LESS_OR_EQUAL("<=", Opcode.JMP_JLE),
  SIGNED_GREATER("s>", Opcode.JMP_JSGT),
  SIGNED_GREATER_OR_EQUAL("s>=", Opcode.JMP_JSGE),
  SIGNED_LESS("s<", Opcode.JMP_JSLT),
  SIGNED_LESS_OR_EQUAL("s<=", Opcode.JMP_JSLE),
  /** The operands have at least one set bit in common. */
  ANY_BIT("&", Opcode.JMP_JSET);

  private static final Condition[] ALL = values();

  private final String symbol;
  private final int code;

  Condition(String symbol, int code) {
    this.symbol = symbol;
    this.code = code;
  }

  /** The operator in the verifier's text, such as {@code s>=}. */
  public String symbol() {
    return symbol;
  }

  /** The condition that holds exactly when this one does not; empty for {@link #ANY_BIT}. */
  public Optional<Condition> inverse() {
    return switch (this) {
      case EQUAL -> Optional.of(NOT_EQUAL);
      case NOT_EQUAL -> Optional.of(EQUAL);
      case GREATER -> Optional.of(LESS_OR_EQUAL);
      case GREATER_OR_EQUAL -> Optional.of(LESS);
      case LESS -> Optional.of(GREATER_OR_EQUAL);
      case LESS_OR_EQUAL -> Optional.of(GREATER);
      case SIGNED_GREATER -> Optional.of(SIGNED_LESS_OR_EQUAL);
      case SIGNED_GREATER_OR_EQUAL -> Optional.of(SIGNED_LESS);
      case SIGNED_LESS -> Optional.of(SIGNED_GREATER_OR_EQUAL);
      case SIGNED_LESS_OR_EQUAL -> Optional.of(SIGNED_GREATER);
      case ANY_BIT -> Optional.empty();
    };
  }

  /** The operation bits of the opcode. */
  int code() {
    return code;
  }

  /** The condition with this operator text. */
  static Optional<Condition> ofSymbol(String symbol) {
    for (Condition condition : ALL) {
      if (condition.symbol.equals(symbol)) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  /** The condition in the operation bits of an opcode. */
  static Optional<Condition> ofOpcode(int opcode) {
    int code = opcode & Opcode.OPERATION_MASK;
    for (Condition condition : ALL) {
      if (condition.code == code) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }
}
