package dev.sluice.bpf;

import java.util.Optional;

/** What {@link Atomic.Update} does to memory in one indivisible step. */
public enum AtomicOperator {
  ADD("+=", Opcode.ALU_ADD),
  OR("|=", Opcode.ALU_OR),
  AND("&=", Opcode.ALU_AND),
  XOR("^=", Opcode.ALU_XOR),
  /** Adds, and leaves the old value in the source register. */
  FETCH_ADD("fetch_add", Opcode.ALU_ADD | Opcode.ATOMIC_FETCH),
  /** Ors, and leaves the old value in the source register. */
  FETCH_OR("fetch_or", Opcode.ALU_OR | Opcode.ATOMIC_FETCH),
  /** Ands, and leaves the old value in the source register. */
  FETCH_AND("fetch_and", Opcode.ALU_AND | Opcode.ATOMIC_FETCH),
  /** Xors, and leaves the old value in the source register. */
  FETCH_XOR("fetch_xor", Opcode.ALU_XOR | Opcode.ATOMIC_FETCH),
  /** Stores the source register, and leaves the old value in it. */
  EXCHANGE("xchg", Opcode.ATOMIC_XCHG),
  /** Stores the source register if memory equals R0; the old value is in R0 either way. */
  COMPARE_EXCHANGE("cmpxchg", Opcode.ATOMIC_CMPXCHG);

  private static final AtomicOperator[] ALL = values();

  private final String text;
  private final int code;

  AtomicOperator(String text, int code) {
    this.text = text;
    this.code = code;
  }

  /**
   * The operator, such as {@code +=}, or the name in a function form, such as {@code fetch_add}.
   */
  public String text() {
    return text;
  }

  /** Whether the old value ends up in a register: the source, or R0 for a compare-exchange. */
  public boolean fetches() {
    return (code & Opcode.ATOMIC_FETCH) != 0;
  }

  /** The immediate of the slot. */
  int code() {
    return code;
  }

  /** The operator with this text. */
  static Optional<AtomicOperator> ofText(String text) {
    for (AtomicOperator operator : ALL) {
      if (operator.text.equals(text)) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }

  /** The operator in the immediate of an atomic slot. */
  static Optional<AtomicOperator> ofCode(int code) {
    for (AtomicOperator operator : ALL) {
      if (operator.code == code) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }
}
