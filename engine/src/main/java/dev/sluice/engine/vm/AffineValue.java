package dev.sluice.engine.vm;

import java.util.Arrays;

/**
 * A sum of registers, each times a number, and a constant: what a register of a loop holds, told by
 * what registers held when the turn began. All of it is modulo 2^64.
 */
final class AffineValue {
  private static final int REGISTERS = 11;

  private final int[] factors;
  private final long constant;

  private AffineValue(int[] factors, long constant) {
    this.factors = factors;
    this.constant = constant;
  }

  /** What a register held when the turn began. */
  static AffineValue register(int register) {
    int[] factors = new int[REGISTERS];
    factors[register] = 1;
    return new AffineValue(factors, 0);
  }

  /** A number. */
  static AffineValue constant(long constant) {
    return new AffineValue(new int[REGISTERS], constant);
  }

  AffineValue plus(AffineValue other, int times) {
    int[] sum = factors.clone();
    for (int register = 0; register < REGISTERS; register++) {
      sum[register] += times * other.factors[register];
    }
    return new AffineValue(sum, constant + times * other.constant);
  }

  AffineValue plus(long number) {
    return new AffineValue(factors, constant + number);
  }

  int factor(int register) {
    return factors[register];
  }

  long constant() {
    return constant;
  }

  /** Whether two differ by a number only. */
  boolean hasFactorsOf(AffineValue other) {
    return Arrays.equals(factors, other.factors);
  }
}
