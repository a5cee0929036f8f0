package dev.sluice.engine.verifier;

import dev.sluice.bpf.Condition;

/**
 * What a comparison of two numbers decides, and what it teaches about them on either way ({@code
 * is_scalar_branch_taken} and {@code regs_refine_cond_op} in {@code kernel/bpf/verifier.c}).
 */
final class BranchLearning {
  private BranchLearning() {}

  /**
   * A range to compare by: of 64 bits or of the lower half, widened so that one comparison does for
   * both.
   */
  private record Range(long smin, long smax, long umin, long umax, Tnum bits) {
    static Range of(Scalar scalar, boolean wide) {
      return wide
          ? new Range(scalar.smin, scalar.smax, scalar.umin, scalar.umax, scalar.bits)
          : new Range(
              scalar.lowSmin, scalar.lowSmax, scalar.lowMin, scalar.lowMax, scalar.bits.low());
    }

    boolean isApart(Range other) {
      return Long.compareUnsigned(umin, other.umax) > 0
          || Long.compareUnsigned(umax, other.umin) < 0
          || smin > other.smax
          || smax < other.smin;
    }
  }

  /** Whether a comparison of numbers holds: 1 always, 0 never, −1 perhaps. */
  static int foretell(Condition condition, Scalar a, Scalar b, boolean wide) {
    Range left = Range.of(a, wide);
    Range right = Range.of(b, wide);
    return switch (condition) {
      case EQUAL -> equal(left, right, a, b, wide);
      case NOT_EQUAL -> opposite(equal(left, right, a, b, wide));
      case GREATER -> less(right, left);
      case LESS -> less(left, right);
      case GREATER_OR_EQUAL -> opposite(less(left, right));
      case LESS_OR_EQUAL -> opposite(less(right, left));
      case SIGNED_GREATER -> signedLess(right, left);
      case SIGNED_LESS -> signedLess(left, right);
      case SIGNED_GREATER_OR_EQUAL -> opposite(signedLess(left, right));
      case SIGNED_LESS_OR_EQUAL -> opposite(signedLess(right, left));
      case ANY_BIT ->
          right.bits.isKnown()
              ? anyBit(left.bits, right.bits.value())
              : left.bits.isKnown() ? anyBit(right.bits, left.bits.value()) : -1;
    };
  }

  private static int opposite(int answer) {
    return answer < 0 ? answer : 1 - answer;
  }

  private static int equal(Range left, Range right, Scalar a, Scalar b, boolean wide) {
    if (left.bits.isKnown() && right.bits.isKnown()) {
      return left.bits.value() == right.bits.value() ? 1 : 0;
    }
    boolean apart =
        !left.bits.overlaps(right.bits)
            || left.isApart(right)
            || (wide && Range.of(a, false).isApart(Range.of(b, false)));
    return apart ? 0 : -1;
  }

  private static int less(Range a, Range b) {
    if (Long.compareUnsigned(a.umax, b.umin) < 0) {
      return 1;
    }
    return Long.compareUnsigned(a.umin, b.umax) >= 0 ? 0 : -1;
  }

  private static int signedLess(Range a, Range b) {
    if (a.smax < b.smin) {
      return 1;
    }
    return a.smin >= b.smax ? 0 : -1;
  }

  private static int anyBit(Tnum bits, long tested) {
    if ((bits.value() & tested) != 0) {
      return 1;
    }
    return (bits.most() & tested) == 0 ? 0 : -1;
  }

  /**
   * Learns that a comparison holds. Linux 6.18 does not see that a register is compared with
   * itself, and learns of it as of two; so both may be the same.
   */
  static void learn(Condition condition, Scalar a, Scalar b, boolean wide) {
    switch (condition) {
      case EQUAL -> learnEqual(a, b, wide);
      case NOT_EQUAL -> {
        if (b.isKnown(wide)) {
          learnUnequal(a, b.bits.value(), wide);
        } else if (a.isKnown(wide)) {
          learnUnequal(b, a.bits.value(), wide);
        }
      }
      case GREATER -> learnLess(b, a, wide, 1);
      case GREATER_OR_EQUAL -> learnLess(b, a, wide, 0);
      case LESS -> learnLess(a, b, wide, 1);
      case LESS_OR_EQUAL -> learnLess(a, b, wide, 0);
      case SIGNED_GREATER -> learnSignedLess(b, a, wide, 1);
      case SIGNED_GREATER_OR_EQUAL -> learnSignedLess(b, a, wide, 0);
      case SIGNED_LESS -> learnSignedLess(a, b, wide, 1);
      case SIGNED_LESS_OR_EQUAL -> learnSignedLess(a, b, wide, 0);
      case ANY_BIT -> {
        if (b.isKnown(wide)) {
          learnAnyBit(a, tested(b, wide));
        } else if (a.isKnown(wide)) {
          learnAnyBit(b, tested(a, wide));
        }
      }
    }
    a.sync();
    b.sync();
  }

  /** Learns that no bit of a test is set. */
  static void learnNoBit(Scalar a, Scalar b, boolean wide) {
    if (b.isKnown(wide)) {
      learnNoBit(a, tested(b, wide));
    } else if (a.isKnown(wide)) {
      learnNoBit(b, tested(a, wide));
    }
    a.sync();
    b.sync();
  }

  private static long tested(Scalar known, boolean wide) {
    return wide ? known.bits.value() : known.bits.low().value();
  }

  private static void learnAnyBit(Scalar a, long tested) {
    // Of many bits it is not known which.
    if (Long.bitCount(tested) == 1) {
      a.bits = a.bits.or(Tnum.known(tested));
    }
  }

  private static void learnNoBit(Scalar a, long tested) {
    a.forgetBounds();
    a.bits = a.bits.and(Tnum.known(~tested));
  }

  private static void learnEqual(Scalar a, Scalar b, boolean wide) {
    a.lowMin = Math.max(a.lowMin, b.lowMin);
    a.lowMax = Math.min(a.lowMax, b.lowMax);
    a.lowSmin = Math.max(a.lowSmin, b.lowSmin);
    a.lowSmax = Math.min(a.lowSmax, b.lowSmax);
    if (!wide) {
      b.setLowFrom(a);
      Tnum low = a.bits.low().intersect(b.bits.low());
      a.bits = a.bits.withLow(low);
      b.bits = b.bits.withLow(low);
      return;
    }
    a.umin = Scalar.unsignedMax(a.umin, b.umin);
    a.umax = Scalar.unsignedMin(a.umax, b.umax);
    a.smin = Math.max(a.smin, b.smin);
    a.smax = Math.min(a.smax, b.smax);
    a.bits = a.bits.intersect(b.bits);
    b.set(a);
  }

  private static void learnUnequal(Scalar a, long value, boolean wide) {
    if (!wide) {
      long low = value & Scalar.LOW;
      a.lowMin = a.lowMin == low ? (low + 1) & Scalar.LOW : a.lowMin;
      a.lowMax = a.lowMax == low ? (low - 1) & Scalar.LOW : a.lowMax;
      a.lowSmin += a.lowSmin == (int) value ? 1 : 0;
      a.lowSmax -= a.lowSmax == (int) value ? 1 : 0;
      return;
    }
    a.umin += a.umin == value ? 1 : 0;
    a.umax -= a.umax == value ? 1 : 0;
    a.smin += a.smin == value ? 1 : 0;
    a.smax -= a.smax == value ? 1 : 0;
  }

  private static void learnLess(Scalar a, Scalar b, boolean wide, int gap) {
    if (wide) {
      a.umax = Scalar.unsignedMin(a.umax, b.umax - gap);
      b.umin = Scalar.unsignedMax(b.umin, a.umin + gap);
    } else {
      a.lowMax = Math.min(a.lowMax, (b.lowMax - gap) & Scalar.LOW);
      b.lowMin = Math.max(b.lowMin, (a.lowMin + gap) & Scalar.LOW);
    }
  }

  private static void learnSignedLess(Scalar a, Scalar b, boolean wide, int gap) {
    if (wide) {
      a.smax = Math.min(a.smax, b.smax - gap);
      b.smin = Math.max(b.smin, a.smin + gap);
    } else {
      a.lowSmax = Math.min(a.lowSmax, b.lowSmax - gap);
      b.lowSmin = Math.max(b.lowSmin, a.lowSmin + gap);
    }
  }
}
