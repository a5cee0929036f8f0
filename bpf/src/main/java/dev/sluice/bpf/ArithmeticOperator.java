package dev.sluice.bpf;

import java.util.Optional;

/**
 * What {@link Arithmetic.Binary} does to its destination. Division by zero gives 0 and a remainder
 * of division by zero leaves the destination as it was; shifts use the lower 5 or 6 bits of the
 * count ({@code Documentation/bpf/standardization/instruction-set.rst}).
 */
public enum ArithmeticOperator {
  ADD("+=", Opcode.ALU_ADD, 0),
  SUB("-=", Opcode.ALU_SUB, 0),
  MUL("*=", Opcode.ALU_MUL, 0),
  DIV("/=", Opcode.ALU_DIV, 0),
  SIGNED_DIV("s/=", Opcode.ALU_DIV, Opcode.OFFSET_SIGNED),
  OR("|=", Opcode.ALU_OR, 0),
  AND("&=", Opcode.ALU_AND, 0),
  LSH("<<=", Opcode.ALU_LSH, 0),
  RSH(">>=", Opcode.ALU_RSH, 0),
  MOD("%=", Opcode.ALU_MOD, 0),
  SIGNED_MOD("s%=", Opcode.ALU_MOD, Opcode.OFFSET_SIGNED),
  XOR("^=", Opcode.ALU_XOR, 0),
  MOV("=", Opcode.ALU_MOV, 0),
  /** Shift right, keeping the sign. */
  ARSH("s>>=", Opcode.ALU_ARSH, 0);

  private static final ArithmeticOperator[] ALL = values();

  private final String symbol;
  private final int code;
  private final int offset;

  ArithmeticOperator(String symbol, int code, int offset) {
    this.symbol = symbol;
    this.code = code;
    this.offset = offset;
  }

  /** The operator in the verifier's text, such as {@code s>>=}. */
  public String symbol() {
    return symbol;
  }

  /** The operation bits of the opcode. */
  int code() {
    return code;
  }

  /** The offset field of the slot: 1 for a signed division, else 0. */
  int offset() {
    return offset;
  }

  /** The operator with this text. */
  static Optional<ArithmeticOperator> ofSymbol(String symbol) {
    for (ArithmeticOperator operator : ALL) {
      if (operator.symbol.equals(symbol)) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }

  /** The operator in the operation bits of an opcode and the offset of its slot. */
  static Optional<ArithmeticOperator> ofOpcode(int opcode, int offset) {
    int code = opcode & Opcode.OPERATION_MASK;
    for (ArithmeticOperator operator : ALL) {
      if (operator.code == code && operator.offset == offset) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }
}
