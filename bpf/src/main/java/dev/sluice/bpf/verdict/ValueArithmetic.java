package dev.sluice.bpf.verdict;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Width;

/** What arithmetic makes of sets of values, and which values a condition holds for. */
final class ValueArithmetic {
  private ValueArithmetic() {}

  static ValueSet result(Arithmetic instruction, MachineState state) {
    return switch (instruction) {
      case Arithmetic.Binary(Width width, ArithmeticOperator operator, var to, var from) ->
          binary(width, operator, state.get(to), state.get(from));
      case Arithmetic.Negate(Width width, var register) ->
          limited(width, state.get(register).map(value -> -value));
      case Arithmetic.MoveSigned(Width width, int bits, var _, var from) ->
          limited(
              width,
              state.get(from).map(value -> value << (Long.SIZE - bits) >> (Long.SIZE - bits)));
      case Arithmetic.SwapBytes swap -> swap.bits() < Long.SIZE ? ValueSet.ANY32 : ValueSet.ANY;
      case Arithmetic.CastAddressSpace _ -> ValueSet.ANY;
    };
  }

  private static ValueSet limited(Width width, ValueSet value) {
    return width == Width.W32 ? value.lower() : value;
  }

  private static ValueSet binary(
      Width width, ArithmeticOperator operator, ValueSet left, ValueSet right) {
    if (operator == ArithmeticOperator.MOV) {
      return limited(width, right);
    }
    if (!left.isKnown() && right.isKnown() && right.numbers().length == 1) {
      long constant = limited(width, right).numbers()[0];
      if (operator == ArithmeticOperator.AND && Long.bitCount(constant) <= 4) {
        return bitsOf(constant);
      }
      if (operator == ArithmeticOperator.MOD && constant > 0 && constant <= ValueSet.MAX) {
        return ValueSet.below(constant);
      }
    }
    int shift = width.bits() - 1;
    ValueSet a = limited(width, left);
    ValueSet b = limited(width, right);
    ValueSet result =
        switch (operator) {
          case ADD -> a.with(b, Long::sum);
          case SUB -> a.with(b, (x, y) -> x - y);
          case MUL -> a.with(b, (x, y) -> x * y);
          case OR -> a.with(b, (x, y) -> x | y);
          case AND -> a.with(b, (x, y) -> x & y);
          case XOR -> a.with(b, (x, y) -> x ^ y);
          case LSH -> a.with(b, (x, y) -> x << (y & shift));
          case RSH -> a.with(b, (x, y) -> x >>> (y & shift));
          case ARSH -> a.with(b, (x, y) -> signed(width, x) >> (y & shift));
          case DIV, SIGNED_DIV, MOD, SIGNED_MOD -> ValueSet.ANY;
          case MOV -> throw new AssertionError("a move was handled above");
        };
    return limited(width, result);
  }

  /** All numbers that have no other bits than these. */
  private static ValueSet bitsOf(long mask) {
    ValueSet found = ValueSet.of(0);
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      long bit = Long.lowestOneBit(rest);
      found = found.join(found.map(value -> value | bit));
    }
    return found;
  }

  private static long signed(Width width, long value) {
    return width == Width.W32 ? (int) value : value;
  }

  /** Whether a condition holds for two numbers. */
  static boolean holds(Width width, Condition condition, long left, long right) {
    long a = signed(width, left);
    long b = signed(width, right);
    return switch (condition) {
      case EQUAL -> a == b;
      case NOT_EQUAL -> a != b;
      // Sign extension keeps the unsigned order of 32-bit numbers.
      case GREATER -> Long.compareUnsigned(a, b) > 0;
      case GREATER_OR_EQUAL -> Long.compareUnsigned(a, b) >= 0;
      case LESS -> Long.compareUnsigned(a, b) < 0;
      case LESS_OR_EQUAL -> Long.compareUnsigned(a, b) <= 0;
      case SIGNED_GREATER -> a > b;
      case SIGNED_GREATER_OR_EQUAL -> a >= b;
      case SIGNED_LESS -> a < b;
      case SIGNED_LESS_OR_EQUAL -> a <= b;
      case ANY_BIT -> (a & b) != 0;
    };
  }

  /** Those values of the left side for which the condition turns out so with one of the right. */
  static ValueSet left(
      Width width, Condition condition, boolean outcome, ValueSet left, ValueSet right) {
    if (!right.isKnown()) {
      return left;
    }
    if (left.isKnown()) {
      return left.filter(
          value -> right.mayFit(each -> holds(width, condition, value, each) == outcome));
    }
    boolean equal =
        (condition == Condition.EQUAL && outcome) || (condition == Condition.NOT_EQUAL && !outcome);
    if (equal && width == Width.W64) {
      return right;
    }
    return equal && left.upperIsZero() ? right.lower() : left;
  }
}
