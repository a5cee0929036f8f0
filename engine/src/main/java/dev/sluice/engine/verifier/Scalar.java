package dev.sluice.engine.verifier;

import dev.sluice.bpf.ArithmeticOperator;

/**
 * What is known of a number: its bits, its bounds signed and unsigned, and those of its lower half
 * ({@code struct bpf_reg_state}). It follows {@code adjust_scalar_min_max_vals} and {@code
 * reg_bounds_sync} in {@code kernel/bpf/verifier.c}; signed bounds of the lower half are left out.
 */
final class Scalar {
  private static final long LOW = 0xffff_ffffL;

  Tnum bits = Tnum.UNKNOWN;
  long smin = Long.MIN_VALUE;
  long smax = Long.MAX_VALUE;
  long umin;
  long umax = -1;
  long lowMin;
  long lowMax = LOW;

  static Scalar unknown() {
    return new Scalar();
  }

  static Scalar known(long value) {
    Scalar scalar = new Scalar();
    scalar.setKnown(value);
    return scalar;
  }

  private void setKnown(long value) {
    bits = Tnum.known(value);
    smin = value;
    smax = value;
    umin = value;
    umax = value;
    lowMin = value & LOW;
    lowMax = value & LOW;
  }

  /** Any number of so many bytes, as a load gives. */
  static Scalar ofBytes(int bytes) {
    Scalar scalar = new Scalar();
    scalar.truncate(bytes);
    return scalar;
  }

  Scalar copy() {
    Scalar copy = new Scalar();
    copy.set(this);
    return copy;
  }

  void set(Scalar other) {
    bits = other.bits;
    smin = other.smin;
    smax = other.smax;
    umin = other.umin;
    umax = other.umax;
    lowMin = other.lowMin;
    lowMax = other.lowMax;
  }

  boolean isKnown() {
    return bits.isKnown();
  }

  private void forgetSigned() {
    smin = Long.MIN_VALUE;
    smax = Long.MAX_VALUE;
  }

  private void forgetUnsigned() {
    umin = 0;
    umax = -1;
  }

  private void forgetLow() {
    lowMin = 0;
    lowMax = LOW;
  }

  void forget() {
    bits = Tnum.UNKNOWN;
    forgetSigned();
    forgetUnsigned();
    forgetLow();
  }

  /** Lets what is known in one way be known in the others too. */
  void sync() {
    for (int round = 0; round < 3; round++) {
      umin = unsignedMax(umin, bits.value());
      umax = unsignedMin(umax, bits.value() | bits.mask());
      smin = Math.max(smin, bits.value() | (bits.mask() & Long.MIN_VALUE));
      smax = Math.min(smax, bits.value() | (bits.mask() & Long.MAX_VALUE));
      lowMin = Math.max(lowMin, bits.value() & LOW);
      lowMax = Math.min(lowMax, (bits.value() | bits.mask()) & LOW);
      if (umin >= 0 == umax >= 0) {
        // All of one sign.
        smin = Math.max(smin, umin);
        smax = Math.min(smax, umax);
      }
      if (smin >= 0 || smax < 0) {
        umin = unsignedMax(umin, smin);
        umax = unsignedMin(umax, smax);
      }
      if (umin >>> 32 == umax >>> 32) {
        lowMin = Math.max(lowMin, umin & LOW);
        lowMax = Math.min(lowMax, umax & LOW);
        long high = umin & ~LOW;
        umin = unsignedMax(umin, high | lowMin);
        umax = unsignedMin(umax, high | lowMax);
      }
      if (isImpossible()) {
        return;
      }
      bits = bits.intersect(Tnum.range(umin, umax));
      Tnum low = bits.cast(4).intersect(Tnum.range(lowMin, lowMax));
      bits =
          new Tnum(
              (bits.value() & ~LOW) | (low.value() & LOW),
              (bits.mask() & ~LOW) | (low.mask() & LOW));
    }
  }

  /** Whether no number is left: a branch that cannot be taken. */
  boolean isImpossible() {
    return Long.compareUnsigned(umin, umax) > 0 || smin > smax || lowMin > lowMax;
  }

  static long unsignedMax(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  static long unsignedMin(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0 ? a : b;
  }

  /** Keeps the lower bytes and clears those above ({@code coerce_reg_to_size}). */
  void truncate(int bytes) {
    if (bytes == 8) {
      return;
    }
    long most = (1L << (8 * bytes)) - 1;
    bits = bits.cast(bytes);
    if (bytes == 4) {
      umin = lowMin;
      umax = lowMax;
    } else if ((umin & ~most) == (umax & ~most)) {
      umin &= most;
      umax &= most;
    } else {
      umin = 0;
      umax = most;
    }
    lowMin = umin;
    lowMax = umax;
    smin = umin;
    smax = umax;
    sync();
  }

  /** Extends the sign of the lower bits over all 64. */
  void signExtend(int from) {
    if (isKnown()) {
      long value = bits.value();
      setKnown(from == 8 ? (byte) value : from == 16 ? (short) value : (int) value);
      return;
    }
    long half = 1L << (from - 1);
    if (Long.compareUnsigned(umax, half) < 0) {
      return;
    }
    boolean lowIsPositive = from == 32 && lowMax < half;
    long least = lowIsPositive ? lowMin : -half;
    long most = lowIsPositive ? lowMax : half - 1;
    forget();
    smin = least;
    smax = most;
    sync();
  }

  void add(Scalar other) {
    long least = smin + other.smin;
    long most = smax + other.smax;
    boolean overflows =
        ((smin ^ least) & (other.smin ^ least)) < 0 || ((smax ^ most) & (other.smax ^ most)) < 0;
    smin = overflows ? Long.MIN_VALUE : least;
    smax = overflows ? Long.MAX_VALUE : most;
    boolean carries =
        Long.compareUnsigned(umin + other.umin, umin) < 0
            || Long.compareUnsigned(umax + other.umax, umax) < 0;
    umin = carries ? 0 : umin + other.umin;
    umax = carries ? -1 : umax + other.umax;
    bits = bits.add(other.bits);
    long low = lowMin + other.lowMin;
    long high = lowMax + other.lowMax;
    setLow(low, high);
    sync();
  }

  void subtract(Scalar other) {
    long least = smin - other.smax;
    long most = smax - other.smin;
    boolean overflows =
        ((smin ^ other.smax) & (smin ^ least)) < 0 || ((smax ^ other.smin) & (smax ^ most)) < 0;
    smin = overflows ? Long.MIN_VALUE : least;
    smax = overflows ? Long.MAX_VALUE : most;
    boolean borrows = Long.compareUnsigned(umin, other.umax) < 0;
    long newMin = umin - other.umax;
    umax = borrows ? -1 : umax - other.umin;
    umin = borrows ? 0 : newMin;
    bits = bits.subtract(other.bits);
    setLow(lowMin - other.lowMax, lowMax - other.lowMin);
    sync();
  }

  private void setLow(long least, long most) {
    boolean fits = least >= 0 && most <= LOW;
    lowMin = fits ? least : 0;
    lowMax = fits ? most : LOW;
  }

  private void multiply(Scalar other) {
    bits = bits.multiply(other.bits);
    boolean fits =
        smin >= 0
            && other.smin >= 0
            && Long.compareUnsigned(umax, LOW) <= 0
            && Long.compareUnsigned(other.umax, LOW) <= 0;
    if (fits) {
      umin = umin * other.umin;
      umax = umax * other.umax;
      smin = umax >= 0 ? umin : Long.MIN_VALUE;
      smax = umax >= 0 ? umax : Long.MAX_VALUE;
    } else {
      forgetSigned();
      forgetUnsigned();
    }
    forgetLow();
    sync();
  }

  private void and(Scalar other) {
    bits = bits.and(other.bits);
    umin = bits.value();
    umax = unsignedMin(umax, other.umax);
    forgetSigned();
    lowMin = bits.value() & LOW;
    lowMax = Math.min(lowMax, other.lowMax);
    sync();
  }

  private void or(Scalar other) {
    bits = bits.or(other.bits);
    umin = unsignedMax(umin, other.umin);
    umax = bits.value() | bits.mask();
    forgetSigned();
    forgetLow();
    sync();
  }

  private void xor(Scalar other) {
    bits = bits.xor(other.bits);
    umin = bits.value();
    umax = bits.value() | bits.mask();
    forgetSigned();
    forgetLow();
    sync();
  }

  private void shiftLeft(int count) {
    if (umax == 0 || Long.numberOfLeadingZeros(umax) >= count) {
      umin <<= count;
      umax <<= count;
    } else {
      forgetUnsigned();
    }
    if (count == 32 && smax >= 0 && smax <= LOW >>> 1 && smin >= 0) {
      smin <<= 32;
      smax <<= 32;
    } else {
      forgetSigned();
    }
    bits = bits.shiftLeft(count);
    forgetLow();
    sync();
  }

  private void shiftRight(int count) {
    forgetSigned();
    umin >>>= count;
    umax >>>= count;
    bits = bits.shiftRight(count);
    forgetLow();
    sync();
  }

  private void shiftRightSigned(int count) {
    smin >>= count;
    smax >>= count;
    bits = bits.shiftRightSigned(count);
    forgetUnsigned();
    forgetLow();
    sync();
  }

  /**
   * Computes with another number.
   *
   * @param wide whether with all 64 bits; else with the lower 32, and the upper are cleared
   */
  void compute(ArithmeticOperator operator, Scalar operand, boolean wide) {
    Scalar other = operand;
    if (!wide) {
      other = operand.copy();
      other.truncate(4);
      if (operator == ArithmeticOperator.ARSH) {
        signExtend(32);
      } else {
        truncate(4);
      }
    }
    int width = wide ? 64 : 32;
    switch (operator) {
      case ADD -> add(other);
      case SUB -> subtract(other);
      case MUL -> multiply(other);
      case AND -> and(other);
      case OR -> or(other);
      case XOR -> xor(other);
      case LSH, RSH, ARSH -> shift(operator, other, width);
      case MOV -> set(other);
      case DIV, MOD, SIGNED_DIV, SIGNED_MOD -> forget();
    }
    if (!wide) {
      truncate(4);
    }
  }

  private void shift(ArithmeticOperator operator, Scalar other, int width) {
    if (!other.isKnown() || Long.compareUnsigned(other.bits.value(), width) >= 0) {
      if (operator == ArithmeticOperator.RSH && !other.isKnown()) {
        // A shift by something between two counts.
        forgetSigned();
        umin = 0;
        bits = Tnum.UNKNOWN;
        forgetLow();
        sync();
        return;
      }
      forget();
      return;
    }
    int count = (int) other.bits.value();
    switch (operator) {
      case LSH -> shiftLeft(count);
      case RSH -> shiftRight(count);
      default -> shiftRightSigned(count);
    }
  }

  /** Whether all that this may be, another may be too. */
  boolean isWithin(Scalar other) {
    return bits.isWithin(other.bits)
        && Long.compareUnsigned(umin, other.umin) >= 0
        && Long.compareUnsigned(umax, other.umax) <= 0
        && smin >= other.smin
        && smax <= other.smax
        && lowMin >= other.lowMin
        && lowMax <= other.lowMax;
  }
}
