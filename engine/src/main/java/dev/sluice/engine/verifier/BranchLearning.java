package dev.sluice.engine.verifier;

import dev.sluice.bpf.Condition;

/**
 * What a branch teaches about the registers that it compares, on either way ({@code
 * check_cond_jmp_op}, {@code reg_set_min_max} and {@code try_match_pkt_pointers}).
 */
final class BranchLearning {
  private static final long LOW = 0xffff_ffffL;
  private static final long MOST_PACKET_OFFSET = 0xffff;

  private BranchLearning() {}

  /** Whether a comparison of numbers holds: 1 always, 0 never, −1 perhaps. */
  static int foretell(Condition condition, Scalar a, Scalar b, boolean wide) {
    Scalar left = a;
    Scalar right = b;
    if (!wide) {
      left = a.copy();
      left.truncate(4);
      right = b.copy();
      right.truncate(4);
      if (isSigned(condition)) {
        left.signExtend(32);
        right.signExtend(32);
      }
    }
    if (condition == Condition.ANY_BIT) {
      if (!right.isKnown()) {
        return -1;
      }
      long tested = right.bits.value();
      if ((~left.bits.mask() & left.bits.value() & tested) != 0) {
        return 1;
      }
      return ((left.bits.mask() | left.bits.value()) & tested) == 0 ? 0 : -1;
    }
    return switch (condition) {
      case EQUAL -> equal(left, right);
      case NOT_EQUAL -> opposite(equal(left, right));
      case GREATER -> less(right, left);
      case LESS -> less(left, right);
      case GREATER_OR_EQUAL -> opposite(less(left, right));
      case LESS_OR_EQUAL -> opposite(less(right, left));
      case SIGNED_GREATER -> signedLess(right, left);
      case SIGNED_LESS -> signedLess(left, right);
      case SIGNED_GREATER_OR_EQUAL -> opposite(signedLess(left, right));
      case SIGNED_LESS_OR_EQUAL -> opposite(signedLess(right, left));
      case ANY_BIT -> -1;
    };
  }

  private static boolean isSigned(Condition condition) {
    return switch (condition) {
      case SIGNED_GREATER, SIGNED_GREATER_OR_EQUAL, SIGNED_LESS, SIGNED_LESS_OR_EQUAL -> true;
      default -> false;
    };
  }

  private static int opposite(int answer) {
    return answer < 0 ? answer : 1 - answer;
  }

  private static int equal(Scalar a, Scalar b) {
    if (a.isKnown() && b.isKnown()) {
      return a.bits.value() == b.bits.value() ? 1 : 0;
    }
    boolean apart =
        Long.compareUnsigned(a.umin, b.umax) > 0
            || Long.compareUnsigned(a.umax, b.umin) < 0
            || a.smin > b.smax
            || a.smax < b.smin
            || ((a.bits.value() ^ b.bits.value()) & ~a.bits.mask() & ~b.bits.mask()) != 0;
    return apart ? 0 : -1;
  }

  private static int less(Scalar a, Scalar b) {
    if (Long.compareUnsigned(a.umax, b.umin) < 0) {
      return 1;
    }
    return Long.compareUnsigned(a.umin, b.umax) >= 0 ? 0 : -1;
  }

  private static int signedLess(Scalar a, Scalar b) {
    if (a.smax < b.smin) {
      return 1;
    }
    return a.smin >= b.smax ? 0 : -1;
  }

  /** Learns that a comparison of numbers holds. */
  static void learn(Condition condition, Scalar a, Scalar b, boolean wide) {
    switch (condition) {
      case EQUAL -> learnEqual(a, b, wide);
      case NOT_EQUAL -> {
        learnUnequal(a, b, wide);
        learnUnequal(b, a, wide);
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
        if (wide && b.isKnown() && Long.bitCount(b.bits.value()) == 1) {
          long bit = b.bits.value();
          a.bits = new Tnum(a.bits.value() | bit, a.bits.mask() & ~bit);
        }
      }
    }
    a.sync();
    b.sync();
  }

  /** Learns that no bit of a test is set. */
  static void learnNoBit(Scalar a, Scalar b, boolean wide) {
    if (b.isKnown()) {
      long cleared = wide ? b.bits.value() : b.bits.value() & LOW;
      a.bits = new Tnum(a.bits.value() & ~cleared, a.bits.mask() & ~cleared);
      a.sync();
    }
  }

  private static void learnEqual(Scalar a, Scalar b, boolean wide) {
    if (!wide) {
      long least = Math.max(a.lowMin, b.lowMin);
      long most = Math.min(a.lowMax, b.lowMax);
      a.lowMin = least;
      b.lowMin = least;
      a.lowMax = most;
      b.lowMax = most;
      return;
    }
    a.umin = Scalar.unsignedMax(a.umin, b.umin);
    a.umax = Scalar.unsignedMin(a.umax, b.umax);
    a.smin = Math.max(a.smin, b.smin);
    a.smax = Math.min(a.smax, b.smax);
    a.lowMin = Math.max(a.lowMin, b.lowMin);
    a.lowMax = Math.min(a.lowMax, b.lowMax);
    a.bits = a.bits.intersect(b.bits);
    b.set(a);
  }

  private static void learnUnequal(Scalar a, Scalar b, boolean wide) {
    if (!b.isKnown()) {
      return;
    }
    long value = b.bits.value();
    if (!wide) {
      long low = value & LOW;
      if (a.lowMin == low) {
        a.lowMin++;
      }
      if (a.lowMax == low) {
        a.lowMax--;
      }
      return;
    }
    if (a.umin == value) {
      a.umin++;
    }
    if (a.umax == value) {
      a.umax--;
    }
    if (a.smin == value) {
      a.smin++;
    }
    if (a.smax == value) {
      a.smax--;
    }
  }

  private static void learnLess(Scalar a, Scalar b, boolean wide, int gap) {
    if (wide) {
      long most = b.umax - gap;
      long least = a.umin + gap;
      a.umax = Scalar.unsignedMin(a.umax, most);
      b.umin = Scalar.unsignedMax(b.umin, least);
    } else {
      long most = b.lowMax - gap;
      long least = a.lowMin + gap;
      a.lowMax = Math.min(a.lowMax, most);
      b.lowMin = Math.max(b.lowMin, least);
    }
  }

  private static void learnSignedLess(Scalar a, Scalar b, boolean wide, int gap) {
    if (wide) {
      long most = b.smax - gap;
      long least = a.smin + gap;
      a.smax = Math.min(a.smax, most);
      b.smin = Math.max(b.smin, least);
      return;
    }
    Scalar left = a.copy();
    left.truncate(4);
    left.signExtend(32);
    Scalar right = b.copy();
    right.truncate(4);
    right.signExtend(32);
    // Of use where both signs are known, as bounds of the lower half are unsigned.
    long most = Math.min(left.smax, right.smax - gap);
    long least = Math.max(right.smin, left.smin + gap);
    if (left.smin >= 0) {
      a.lowMax = Math.min(a.lowMax, Math.max(most, -1));
    } else if (most < 0) {
      a.lowMin = Math.max(a.lowMin, left.smin & LOW);
      a.lowMax = Math.min(a.lowMax, most & LOW);
    }
    if (least >= 0) {
      b.lowMin = Math.max(b.lowMin, least);
      b.lowMax = Math.min(b.lowMax, right.smax);
    }
  }

  /**
   * Learns how much of the packet is there from a comparison with its end, or of metadata with its
   * start.
   *
   * @param taken the state where the branch is taken
   * @param notTaken the other
   * @return whether it was such a comparison
   */
  static boolean learnPacket(
      Condition condition, RegisterState a, RegisterState b, PathState taken, PathState notTaken) {
    boolean forward = isData(a, b);
    boolean backward = isData(b, a);
    if (!forward && !backward) {
      return false;
    }
    switch (condition) {
      case GREATER -> {
        if (forward) {
          found(notTaken, a, false);
        } else {
          found(taken, b, true);
        }
      }
      case LESS -> {
        if (forward) {
          found(taken, a, true);
        } else {
          found(notTaken, b, false);
        }
      }
      case GREATER_OR_EQUAL -> {
        if (forward) {
          found(notTaken, a, true);
        } else {
          found(taken, b, false);
        }
      }
      case LESS_OR_EQUAL -> {
        if (forward) {
          found(taken, a, false);
        } else {
          found(notTaken, b, true);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean isData(RegisterState data, RegisterState end) {
    return (data.type == RegisterState.Type.PACKET && end.type == RegisterState.Type.PACKET_END)
        || (data.type == RegisterState.Type.PACKET_META && isStart(end));
  }

  private static boolean isStart(RegisterState state) {
    return state.type == RegisterState.Type.PACKET
        && state.offset == 0
        && state.scalar.isKnown()
        && state.scalar.bits.value() == 0;
  }

  /** {@code find_good_pkt_pointers}. */
  private static void found(PathState state, RegisterState checked, boolean open) {
    if (checked.offset < 0
        || checked.offset == 0 && open
        || Long.compareUnsigned(checked.scalar.umax, MOST_PACKET_OFFSET) > 0
        || checked.scalar.umax + checked.offset > MOST_PACKET_OFFSET) {
      return;
    }
    int range = open ? checked.offset + 1 : checked.offset;
    state.forEach(
        other -> {
          if (other.type == checked.type && other.id == checked.id) {
            other.range = Math.max(other.range, range);
          }
        });
  }
}
