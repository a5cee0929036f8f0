package dev.sluice.engine.verifier;

/**
 * A number of which some bits are known ({@code kernel/bpf/tnum.c}).
 *
 * @param value the known bits that are 1
 * @param mask the bits that are not known
 */
record Tnum(long value, long mask) {
  static final Tnum UNKNOWN = new Tnum(0, -1);

  static Tnum known(long value) {
    return new Tnum(value, 0);
  }

  /** What all numbers from one to another, unsigned, have in common. */
  static Tnum range(long least, long most) {
    long different = least ^ most;
    int bits = 64 - Long.numberOfLeadingZeros(different);
    if (bits > 63) {
      return UNKNOWN;
    }
    long delta = (1L << bits) - 1;
    return new Tnum(least & ~delta, delta);
  }

  boolean isKnown() {
    return mask == 0;
  }

  Tnum shiftLeft(int bits) {
    return new Tnum(value << bits, mask << bits);
  }

  Tnum reversed() {
    return new Tnum(Long.reverseBytes(value), Long.reverseBytes(mask));
  }

  Tnum shiftRight(int bits) {
    return new Tnum(value >>> bits, mask >>> bits);
  }

  Tnum shiftRightSigned(int bits) {
    return new Tnum(value >> bits, mask >> bits);
  }

  Tnum add(Tnum other) {
    long masks = mask + other.mask;
    long values = value + other.value;
    long sigma = masks + values;
    long unknown = (sigma ^ values) | mask | other.mask;
    return new Tnum(values & ~unknown, unknown);
  }

  Tnum subtract(Tnum other) {
    long difference = value - other.value;
    long alpha = difference + mask;
    long beta = difference - other.mask;
    long unknown = (alpha ^ beta) | mask | other.mask;
    return new Tnum(difference & ~unknown, unknown);
  }

  Tnum and(Tnum other) {
    long alpha = value | mask;
    long beta = other.value | other.mask;
    long both = value & other.value;
    return new Tnum(both, alpha & beta & ~both);
  }

  Tnum or(Tnum other) {
    long either = value | other.value;
    long unknown = mask | other.mask;
    return new Tnum(either, unknown & ~either);
  }

  Tnum xor(Tnum other) {
    long values = value ^ other.value;
    long unknown = mask | other.mask;
    return new Tnum(values & ~unknown, unknown);
  }

  Tnum multiply(Tnum other) {
    Tnum product = known(0);
    Tnum a = this;
    Tnum b = other;
    while (a.value != 0 || a.mask != 0) {
      if ((a.value & 1) != 0) {
        product = product.add(b);
      } else if ((a.mask & 1) != 0) {
        product = product.union(product.add(b));
      }
      a = a.shiftRight(1);
      b = b.shiftLeft(1);
    }
    return product;
  }

  /** What may be one or the other. */
  private Tnum union(Tnum other) {
    long unknown = (value ^ other.value) | mask | other.mask;
    return new Tnum(value & other.value & ~unknown, unknown);
  }

  Tnum intersect(Tnum other) {
    long unknown = mask & other.mask;
    return new Tnum((value | other.value) & ~unknown, unknown);
  }

  /**
   * The least number above another that this may be; the most that it may be if there is none
   * ({@code tnum_step}).
   */
  long above(long number) {
    if (Long.compareUnsigned(number, most()) >= 0) {
      return most();
    }
    if (Long.compareUnsigned(number, value) < 0) {
      return value;
    }
    long least = number + 1;
    long wrong = Long.highestOneBit((least ^ value) & ~mask);
    if (wrong == 0) {
      return least;
    }
    long free = mask & ~(wrong | (wrong - 1));
    boolean tooLow = (value & wrong) != 0;
    return value | (tooLow ? least & free : ((least | ~free) + 1) & free);
  }

  /** The lower half. */
  Tnum low() {
    return cast(4);
  }

  /** The lower half with its sign, of which each copy is known as it is. */
  Tnum lowSigned() {
    return new Tnum((int) value, (int) mask);
  }

  /** With another lower half. */
  Tnum withLow(Tnum low) {
    return new Tnum(
        (value & ~Scalar.LOW) | (low.value & Scalar.LOW),
        (mask & ~Scalar.LOW) | (low.mask & Scalar.LOW));
  }

  /** The most that it may be, unsigned. */
  long most() {
    return value | mask;
  }

  /** Whether some number may be both. */
  boolean overlaps(Tnum other) {
    long knownInBoth = ~mask & ~other.mask;
    return (value & knownInBoth) == (other.value & knownInBoth);
  }

  /** The lower bytes. */
  Tnum cast(int bytes) {
    if (bytes == 8) {
      return this;
    }
    long kept = (1L << (8 * bytes)) - 1;
    return new Tnum(value & kept, mask & kept);
  }

  /** As the kernel's words give it ({@code tnum_strn}). */
  String text() {
    if (!isKnown()) {
      return "(0x%x; 0x%x)".formatted(value, mask);
    }
    return value == (short) value ? Long.toString(value) : "0x" + Long.toHexString(value);
  }

  /** Whether every number that this may be, another may be too. */
  boolean isWithin(Tnum other) {
    return (mask & ~other.mask) == 0 && other.value == (value & ~other.mask);
  }
}
