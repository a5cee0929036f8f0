package dev.sluice.engine.vm;

import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.MemorySize;

/** Atomic updates of memory. One thing happens at a time, so a load and a store do. */
final class AtomicUpdate {
  private static final AtomicOperator[] OPERATORS = AtomicOperator.values();
  private static final int WIDE = 0x100;

  private AtomicUpdate() {}

  /** An operator and a size as a number. */
  static int code(AtomicOperator operator, MemorySize size) {
    return operator.ordinal() | (size == MemorySize.DOUBLE ? WIDE : 0);
  }

  /**
   * Updates memory.
   *
   * @param code operator and size
   * @param address where
   * @param operand the source register
   * @param compared R0, for a comparison
   * @return what was there before
   */
  static long update(Execution execution, int code, long address, long operand, long compared) {
    int bytes = (code & WIDE) != 0 ? 8 : 4;
    int at = execution.locate(address, bytes);
    long old = GuestMemory.get(execution.located, at, bytes);
    long wanted = bytes == 8 ? compared : compared & 0xffff_ffffL;
    long changed =
        switch (OPERATORS[code & ~WIDE]) {
          case ADD, FETCH_ADD -> old + operand;
          case OR, FETCH_OR -> old | operand;
          case AND, FETCH_AND -> old & operand;
          case XOR, FETCH_XOR -> old ^ operand;
          case EXCHANGE -> operand;
          case COMPARE_EXCHANGE -> old == wanted ? operand : old;
        };
    GuestMemory.put(execution.located, at, bytes, changed);
    return old;
  }

  static boolean fetches(int code) {
    return OPERATORS[code & ~WIDE].fetches();
  }

  static boolean compares(int code) {
    return OPERATORS[code & ~WIDE] == AtomicOperator.COMPARE_EXCHANGE;
  }
}
