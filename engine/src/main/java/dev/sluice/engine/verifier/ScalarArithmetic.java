package dev.sluice.engine.verifier;

import dev.sluice.bpf.ArithmeticOperator;
import java.util.function.LongBinaryOperator;

/**
 * What is known of a number after an operation ({@code adjust_scalar_min_max_vals} in {@code
 * kernel/bpf/verifier.c}).
 */
final class ScalarArithmetic {
  private ScalarArithmetic() {}

  /**
   * Computes with another number.
   *
   * @param a what is changed
   * @param wide whether with all 64 bits; else with the lower 32, and the upper are cleared
   */
  static void compute(Scalar a, ArithmeticOperator operator, Scalar b, boolean wide) {
    if (!isComputable(operator, b, wide)) {
      a.forget();
      return;
    }
    switch (operator) {
      case ADD -> {
        add(a, b);
        a.bits = a.bits.add(b.bits);
      }
      case SUB -> {
        subtract(a, b);
        a.bits = a.bits.subtract(b.bits);
      }
      case MUL -> {
        a.bits = a.bits.multiply(b.bits);
        multiply(a, b);
        multiplyLow(a, b);
      }
      case AND -> and(a, b);
      case OR -> {
        a.bits = a.bits.or(b.bits);
        lowBitwise(a, b, Math.max(a.lowMin, b.lowMin), a.bits.low().most());
        bitwise(a, b, Scalar.unsignedMax(a.umin, b.umin), a.bits.most());
      }
      case XOR -> {
        a.bits = a.bits.xor(b.bits);
        lowBitwise(a, b, a.bits.low().value(), a.bits.low().most());
        bitwise(a, b, a.bits.value(), a.bits.most());
      }
      case LSH, RSH, ARSH -> {
        int count = (int) b.umin;
        if (wide) {
          shift(a, operator, count);
        } else {
          shiftLow(a, operator, count);
        }
      }
      case MOV, DIV, MOD, SIGNED_DIV, SIGNED_MOD -> throw new IllegalArgumentException();
    }
    if (wide) {
      a.sync();
    } else {
      a.zeroExtend();
    }
  }

  /** {@code is_safe_to_compute_dst_reg_range}. */
  private static boolean isComputable(ArithmeticOperator operator, Scalar b, boolean wide) {
    return switch (operator) {
      case ADD, SUB, MUL, AND, OR, XOR -> true;
      case LSH, RSH, ARSH -> b.isKnown(wide) && Long.compareUnsigned(b.umax, wide ? 64 : 32) < 0;
      case MOV, DIV, MOD, SIGNED_DIV, SIGNED_MOD -> false;
    };
  }

  /**
   * Turns the order of the lower bytes round, and clears those above ({@code scalar_byte_swap}).
   *
   * @param swaps whether they are turned round at all, which they are not into the machine's order
   */
  static void swapBytes(Scalar a, boolean swaps, int bits) {
    if (swaps) {
      a.bits = a.bits.cast(bits / 8).shiftLeft(64 - bits).reversed();
      a.forgetBounds();
    }
    a.truncate(bits / 8);
    a.sync();
  }

  /** Adds bounds, not bits. */
  static void add(Scalar a, Scalar b) {
    long lowLeast = (long) a.lowSmin + b.lowSmin;
    long lowMost = (long) a.lowSmax + b.lowSmax;
    setLowSigned(a, lowLeast, lowMost);
    setLowUnsigned(a, a.lowMin + b.lowMin, a.lowMax + b.lowMax);
    addSigned(a, b);
    long least = a.umin + b.umin;
    long most = a.umax + b.umax;
    boolean leastCarries = Long.compareUnsigned(least, a.umin) < 0;
    boolean mostCarries = Long.compareUnsigned(most, a.umax) < 0;
    a.umin = least;
    a.umax = most;
    // Where both go over the end, the range is one as well.
    if (!leastCarries && mostCarries) {
      a.forgetUnsigned();
    }
  }

  static void addSigned(Scalar a, Scalar b) {
    long least = a.smin + b.smin;
    long most = a.smax + b.smax;
    boolean overflows =
        ((a.smin ^ least) & (b.smin ^ least)) < 0 || ((a.smax ^ most) & (b.smax ^ most)) < 0;
    a.smin = overflows ? Long.MIN_VALUE : least;
    a.smax = overflows ? Long.MAX_VALUE : most;
  }

  /** Subtracts bounds, not bits. */
  private static void subtract(Scalar a, Scalar b) {
    setLowSigned(a, (long) a.lowSmin - b.lowSmax, (long) a.lowSmax - b.lowSmin);
    setLowUnsigned(a, a.lowMin - b.lowMax, a.lowMax - b.lowMin);
    subtractSigned(a, b);
    boolean leastBorrows = Long.compareUnsigned(a.umin, b.umax) < 0;
    boolean mostBorrows = Long.compareUnsigned(a.umax, b.umin) < 0;
    a.umin -= b.umax;
    a.umax -= b.umin;
    if (leastBorrows && !mostBorrows) {
      a.forgetUnsigned();
    }
  }

  static void subtractSigned(Scalar a, Scalar b) {
    long least = a.smin - b.smax;
    long most = a.smax - b.smin;
    boolean overflows =
        ((a.smin ^ b.smax) & (a.smin ^ least)) < 0 || ((a.smax ^ b.smin) & (a.smax ^ most)) < 0;
    a.smin = overflows ? Long.MIN_VALUE : least;
    a.smax = overflows ? Long.MAX_VALUE : most;
  }

  private static void setLowSigned(Scalar a, long least, long most) {
    if (least == (int) least && most == (int) most) {
      a.lowSmin = (int) least;
      a.lowSmax = (int) most;
    } else {
      a.forgetLowSigned();
    }
  }

  /** Bounds that may both be one turn too high or too low. */
  private static void setLowUnsigned(Scalar a, long least, long most) {
    if (least >> 32 == most >> 32) {
      a.lowMin = least & Scalar.LOW;
      a.lowMax = most & Scalar.LOW;
    } else {
      a.forgetLowUnsigned();
    }
  }

  private static void multiply(Scalar a, Scalar b) {
    boolean fits =
        Math.unsignedMultiplyHigh(a.umax, b.umax) == 0
            && Math.unsignedMultiplyHigh(a.umin, b.umin) == 0;
    a.umin = fits ? a.umin * b.umin : 0;
    a.umax = fits ? a.umax * b.umax : -1;
    long[] products = new long[4];
    try {
      products[0] = Math.multiplyExact(a.smin, b.smin);
      products[1] = Math.multiplyExact(a.smin, b.smax);
      products[2] = Math.multiplyExact(a.smax, b.smin);
      products[3] = Math.multiplyExact(a.smax, b.smax);
      a.smin = least(products);
      a.smax = most(products);
    } catch (ArithmeticException _) {
      a.forgetSigned();
    }
  }

  private static void multiplyLow(Scalar a, Scalar b) {
    boolean fits = Long.compareUnsigned(a.lowMax * b.lowMax, Scalar.LOW) <= 0;
    a.lowMin = fits ? a.lowMin * b.lowMin : 0;
    a.lowMax = fits ? a.lowMax * b.lowMax : Scalar.LOW;
    long[] products = {
      (long) a.lowSmin * b.lowSmin,
      (long) a.lowSmin * b.lowSmax,
      (long) a.lowSmax * b.lowSmin,
      (long) a.lowSmax * b.lowSmax
    };
    setLowSigned(a, least(products), most(products));
  }

  private static long least(long[] numbers) {
    return reduce(numbers, Math::min);
  }

  private static long most(long[] numbers) {
    return reduce(numbers, Math::max);
  }

  private static long reduce(long[] numbers, LongBinaryOperator choice) {
    long chosen = numbers[0];
    for (long number : numbers) {
      chosen = choice.applyAsLong(chosen, number);
    }
    return chosen;
  }

  private static void and(Scalar a, Scalar b) {
    a.bits = a.bits.and(b.bits);
    lowBitwise(a, b, a.bits.low().value(), Math.min(a.lowMax, b.lowMax));
    bitwise(a, b, a.bits.value(), Scalar.unsignedMin(a.umax, b.umax));
  }

  private static void bitwise(Scalar a, Scalar b, long least, long most) {
    if (a.bits.isKnown() && b.bits.isKnown()) {
      a.setKnown(a.bits.value());
      return;
    }
    a.umin = least;
    a.umax = most;
    if (least <= most) {
      a.smin = least;
      a.smax = most;
    } else {
      a.forgetSigned();
    }
    a.boundByBits();
  }

  private static void lowBitwise(Scalar a, Scalar b, long least, long most) {
    if (a.bits.low().isKnown() && b.bits.low().isKnown()) {
      a.setLow((int) a.bits.value(), (int) a.bits.value());
      return;
    }
    a.lowMin = least;
    a.lowMax = most;
    if ((int) least <= (int) most) {
      a.lowSmin = (int) least;
      a.lowSmax = (int) most;
    } else {
      a.forgetLowSigned();
    }
  }

  private static void shift(Scalar a, ArithmeticOperator operator, int count) {
    switch (operator) {
      case LSH -> {
        // A lower half is moved up to extend its sign by moving it down again.
        boolean moves = count == 32;
        a.smax = moves && a.lowSmax >= 0 ? (long) a.lowSmax << 32 : Long.MAX_VALUE;
        a.smin = moves && a.lowSmin >= 0 ? (long) a.lowSmin << 32 : Long.MIN_VALUE;
        if (Long.compareUnsigned(a.umax, 1L << (63 - count)) > 0) {
          a.forgetUnsigned();
        } else {
          a.umin <<= count;
          a.umax <<= count;
        }
        shiftLowLeft(a, count);
        a.bits = a.bits.shiftLeft(count);
      }
      case RSH -> {
        a.forgetSigned();
        a.bits = a.bits.shiftRight(count);
        a.umin >>>= count;
        a.umax >>>= count;
        a.forgetLow();
      }
      default -> {
        a.smin >>= count;
        a.smax >>= count;
        a.bits = a.bits.shiftRightSigned(count);
        a.forgetUnsigned();
        a.forgetLow();
      }
    }
    a.boundByBits();
  }

  private static void shiftLow(Scalar a, ArithmeticOperator operator, int count) {
    switch (operator) {
      case LSH -> {
        shiftLowLeft(a, count);
        a.bits = a.bits.low().shiftLeft(count).low();
      }
      case RSH -> {
        a.forgetLowSigned();
        a.bits = a.bits.low().shiftRight(count);
        a.lowMin >>>= count;
        a.lowMax >>>= count;
      }
      default -> {
        a.lowSmin >>= count;
        a.lowSmax >>= count;
        a.bits = a.bits.lowSigned().shiftRightSigned(count).low();
        a.forgetLowUnsigned();
      }
    }
    a.boundLowByBits();
  }

  private static void shiftLowLeft(Scalar a, int count) {
    a.forgetLowSigned();
    if (count > 31 || a.lowMax > 1L << (31 - count)) {
      a.forgetLowUnsigned();
    } else {
      a.lowMin <<= count;
      a.lowMax <<= count;
    }
  }
}
