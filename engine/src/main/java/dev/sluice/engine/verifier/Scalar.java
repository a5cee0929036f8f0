package dev.sluice.engine.verifier;

/**
 * What is known of a number: its bits, its bounds signed and unsigned, and those of its lower half
 * ({@code struct bpf_reg_state}). What is known in one way is brought into the others as {@code
 * reg_bounds_sync} in {@code kernel/bpf/verifier.c} does it, no better and no worse, so that what a
 * branch decides here it decides there.
 */
final class Scalar {
  static final long LOW = 0xffff_ffffL;

  Tnum bits = Tnum.UNKNOWN;
  long smin = Long.MIN_VALUE;
  long smax = Long.MAX_VALUE;
  long umin;
  long umax = -1;

  /** The lower half without sign. */
  long lowMin;

  long lowMax = LOW;

  /** The lower half with sign. */
  int lowSmin = Integer.MIN_VALUE;

  int lowSmax = Integer.MAX_VALUE;

  static Scalar unknown() {
    return new Scalar();
  }

  static Scalar known(long value) {
    Scalar scalar = new Scalar();
    scalar.setKnown(value);
    return scalar;
  }

  void setKnown(long value) {
    bits = Tnum.known(value);
    setRange(value, value);
    setLow((int) value, (int) value);
  }

  void setLowKnown(int value) {
    bits = bits.withLow(Tnum.known(value));
    setLow(value, value);
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
    setLowFrom(other);
  }

  void setLowFrom(Scalar other) {
    lowMin = other.lowMin;
    lowMax = other.lowMax;
    lowSmin = other.lowSmin;
    lowSmax = other.lowSmax;
  }

  boolean isKnown() {
    return bits.isKnown();
  }

  /** Whether the number, or its lower half, is known. */
  boolean isKnown(boolean wide) {
    return wide ? bits.isKnown() : bits.low().isKnown();
  }

  /** Whether the upper half is 0 ({@code get_reg_width}). */
  boolean fitsIn(int bytes) {
    return bytes == 8 || umax >>> (8 * bytes) == 0;
  }

  /** From one number to another of the same sign, in all 64 bits. */
  void setRange(long least, long most) {
    smin = least;
    smax = most;
    umin = least;
    umax = most;
  }

  /** From one number to another of the same sign, in the lower half. */
  void setLow(int least, int most) {
    lowSmin = least;
    lowSmax = most;
    lowMin = least & LOW;
    lowMax = most & LOW;
  }

  void forgetSigned() {
    smin = Long.MIN_VALUE;
    smax = Long.MAX_VALUE;
  }

  void forgetUnsigned() {
    umin = 0;
    umax = -1;
  }

  void forgetLowSigned() {
    lowSmin = Integer.MIN_VALUE;
    lowSmax = Integer.MAX_VALUE;
  }

  void forgetLowUnsigned() {
    lowMin = 0;
    lowMax = LOW;
  }

  void forgetWhole() {
    forgetSigned();
    forgetUnsigned();
  }

  void forgetLow() {
    forgetLowSigned();
    forgetLowUnsigned();
  }

  /** Forgets all bounds, but not the bits ({@code __mark_reg_unbounded}). */
  void forgetBounds() {
    forgetWhole();
    forgetLow();
  }

  void forget() {
    bits = Tnum.UNKNOWN;
    forgetBounds();
  }

  /** Lets what is known in one way be known in the others too. */
  void sync() {
    boundByBits();
    for (int round = 0; round < 3; round++) {
      deduceLow();
      deduceWhole();
      deduceFromLow();
    }
    Tnum whole = bits.intersect(Tnum.range(umin, umax));
    bits = whole.withLow(whole.low().intersect(Tnum.range(lowMin, lowMax)));
    boundByBits();
  }

  /** {@code __update_reg_bounds}. Where bits and bounds have one number in common, it is that. */
  void boundByBits() {
    boundLowByBits();
    smin = Math.max(smin, bits.value() | (bits.mask() & Long.MIN_VALUE));
    smax = Math.min(smax, bits.value() | (bits.mask() & Long.MAX_VALUE));
    umin = unsignedMax(umin, bits.value());
    umax = unsignedMin(umax, bits.most());
    boolean leastFits = (umin & ~bits.mask()) == bits.value();
    long second = bits.above(umin);
    if (leastFits) {
      if (Long.compareUnsigned(second, umax) > 0) {
        setKnown(umin);
      }
    } else if (second == bits.most()
        || Long.compareUnsigned(second, umax) <= 0
            && Long.compareUnsigned(bits.above(second), umax) > 0) {
      setKnown(second);
    }
  }

  void boundLowByBits() {
    int value = (int) bits.value();
    int mask = (int) bits.mask();
    lowSmin = Math.max(lowSmin, value | (mask & Integer.MIN_VALUE));
    lowSmax = Math.min(lowSmax, value | (mask & Integer.MAX_VALUE));
    lowMin = Math.max(lowMin, value & LOW);
    lowMax = Math.min(lowMax, (value | mask) & LOW);
  }

  private void raiseLow(int least, int most) {
    lowSmin = Math.max(lowSmin, least);
    lowSmax = Math.min(lowSmax, most);
  }

  private void raiseLowUnsigned(long least, long most) {
    lowMin = Math.max(lowMin, least & LOW);
    lowMax = Math.min(lowMax, most & LOW);
  }

  /** The lower half's bounds from those of the whole, and from each other. */
  private void deduceLow() {
    if (umin >>> 32 == umax >>> 32) {
      raiseLowUnsigned(umin, umax);
      if ((int) umin <= (int) umax) {
        raiseLow((int) umin, (int) umax);
      }
    }
    if (smin >>> 32 == smax >>> 32) {
      if ((smin & LOW) <= (smax & LOW)) {
        raiseLowUnsigned(smin, smax);
      }
      if ((int) smin <= (int) smax) {
        raiseLow((int) smin, (int) smax);
      }
    }
    // Where the upper half only goes up by one, the lower may go from below 0 to above.
    if ((int) (umin >>> 32) + 1 == (int) (umax >>> 32) && (int) umin < 0 && (int) umax >= 0) {
      raiseLow((int) umin, (int) umax);
    }
    if ((int) (smin >>> 32) + 1 == (int) (smax >>> 32) && (int) smin < 0 && (int) smax >= 0) {
      raiseLow((int) smin, (int) smax);
    }
    if ((int) lowMin <= (int) lowMax) {
      raiseLow((int) lowMin, (int) lowMax);
    }
    if ((lowSmin & LOW) <= (lowSmax & LOW)) {
      raiseLowUnsigned(lowSmin, lowSmax);
    } else if (lowMax < (lowSmin & LOW)) {
      // The signed range goes over 0, and of the unsigned one only its upper part is in it.
      lowSmin = (int) lowMin;
      lowMax = Math.min(lowMax, lowSmax & LOW);
    } else if ((lowSmax & LOW) < lowMin) {
      lowSmax = (int) lowMax;
      lowMin = Math.max(lowMin, lowSmin & LOW);
    }
  }

  private void deduceWhole() {
    if (umin <= umax) {
      smin = Math.max(smin, umin);
      smax = Math.min(smax, umax);
    }
    if (Long.compareUnsigned(smin, smax) <= 0) {
      umin = unsignedMax(umin, smin);
      umax = unsignedMin(umax, smax);
    } else if (Long.compareUnsigned(umax, smin) < 0) {
      smin = umin;
      umax = unsignedMin(umax, smax);
    } else if (Long.compareUnsigned(smax, umin) < 0) {
      smax = umax;
      umin = unsignedMax(umin, smin);
    }
  }

  private void deduceFromLow() {
    putInto(lowMin, lowMax);
    if ((lowSmin & LOW) <= (lowSmax & LOW)) {
      putInto(lowSmin & LOW, lowSmax & LOW);
    }
    if (lowSmin >= 0 && smin >= Integer.MIN_VALUE && smax <= Integer.MAX_VALUE) {
      setRange(lowSmin, lowSmax);
      bits = bits.intersect(Tnum.range(smin, smax));
    }
  }

  /** Bounds of the lower half, put into those of the whole. */
  private void putInto(long least, long most) {
    umin = unsignedMax(umin, (umin & ~LOW) | least);
    umax = unsignedMin(umax, (umax & ~LOW) | most);
    smin = Math.max(smin, (smin & ~LOW) | least);
    smax = Math.min(smax, (smax & ~LOW) | most);
  }

  /** Whether no number is left, as on a branch that is never taken. */
  boolean isContradictory() {
    if (Long.compareUnsigned(umin, umax) > 0
        || smin > smax
        || lowMin > lowMax
        || lowSmin > lowSmax) {
      return true;
    }
    long value = bits.value();
    if (bits.isKnown() && (umin != value || umax != value || smin != value || smax != value)) {
      return true;
    }
    return bits.low().isKnown()
        && (lowMin != (value & LOW)
            || lowMax != (value & LOW)
            || lowSmin != (int) value
            || lowSmax != (int) value);
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
    if ((umin & ~most) == (umax & ~most)) {
      setRange(umin & most, umax & most);
    } else {
      setRange(0, most);
    }
    if (bytes < 4) {
      forgetLow();
    }
    sync();
  }

  /** The lower half becomes the whole, as each operation with 32 bits leaves it. */
  void zeroExtend() {
    bits = bits.low();
    umin = lowMin;
    umax = lowMax;
    boolean positive = lowSmin >= 0 && lowSmax >= 0;
    smin = positive ? lowSmin : 0;
    smax = positive ? lowSmax : LOW;
    sync();
  }

  /** Extends the sign of the lower bits over all 64 ({@code coerce_reg_to_size_sx}). */
  void signExtend(int from) {
    if (isKnown()) {
      setKnown(extended(bits.value(), from));
      return;
    }
    if (smax >>> from == smin >>> from || from == 64) {
      long a = extended(smin, from);
      long b = extended(smax, from);
      long least = Math.min(a, b);
      long most = Math.max(a, b);
      if (least >= 0 == most >= 0) {
        setRange(least, most);
        setLow((int) least, (int) most);
        bits = Tnum.range(least, most);
        return;
      }
    }
    forget();
    smin = -1L << (from - 1);
    smax = ~smin;
    lowSmin = (int) smin;
    lowSmax = (int) smax;
  }

  /** The same within the lower half ({@code coerce_subreg_to_size_sx}). */
  void signExtendLow(int from) {
    if (isKnown()) {
      long value = extended(bits.value(), from);
      bits = Tnum.known(value);
      setLow((int) value, (int) value);
      return;
    }
    if (lowSmax >>> from == lowSmin >>> from) {
      int least = (int) extended(lowSmin, from);
      int most = (int) extended(lowSmax, from);
      if (least >= 0 == most >= 0) {
        setLow(least, most);
        bits = Tnum.range(least, most).low();
        return;
      }
    }
    bits = Tnum.UNKNOWN.low();
    forgetLowUnsigned();
    lowSmin = -1 << (from - 1);
    lowSmax = ~lowSmin;
  }

  private static long extended(long value, int from) {
    return value << (64 - from) >> (64 - from);
  }

  /** Whether all that this may be, another may be too. */
  boolean isWithin(Scalar other) {
    return bits.isWithin(other.bits)
        && Long.compareUnsigned(umin, other.umin) >= 0
        && Long.compareUnsigned(umax, other.umax) <= 0
        && smin >= other.smin
        && smax <= other.smax
        && lowMin >= other.lowMin
        && lowMax <= other.lowMax
        && lowSmin >= other.lowSmin
        && lowSmax <= other.lowSmax;
  }
}
