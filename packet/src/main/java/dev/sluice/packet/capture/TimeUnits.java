package dev.sluice.packet.capture;

/**
 * How the times of a pcapng interface count.
 *
 * @param binary whether the exponent is one of 2, not of 10
 * @param exponent how small a unit is: 1/10ⁿ or 1/2ⁿ of a second, 0 to 127
 * @param offset seconds that are added
 */
record TimeUnits(boolean binary, int exponent, long offset) {
  private static final int NANO = 9;
  private static final long SECOND = 1_000_000_000L;

  /** What holds if a file does not say. */
  static final TimeUnits MICROSECONDS = new TimeUnits(false, 6, 0);

  /** The units of an interface's {@code if_tsresol}. */
  TimeUnits withResolution(int resolution) {
    return new TimeUnits((resolution & 0x80) != 0, resolution & 0x7f, offset);
  }

  TimeUnits withOffset(long seconds) {
    return new TimeUnits(binary, exponent, seconds);
  }

  /**
   * A time in nanoseconds since 1970, cut to whole ones.
   *
   * @param units the time as in the file, unsigned
   * @throws ArithmeticException if it is out of the range of 292 years around 1970
   */
  long nanoseconds(long units) {
    long whole = binary ? binaryNanoseconds(units) : decimalNanoseconds(units);
    if (whole < 0) {
      throw new ArithmeticException("over 292 years");
    }
    return offset == 0 ? whole : Math.addExact(whole, Math.multiplyExact(offset, SECOND));
  }

  private long decimalNanoseconds(long units) {
    if (exponent == NANO) {
      return units;
    }
    if (exponent < NANO) {
      long factor = powerOfTen(NANO - exponent);
      if (Math.unsignedMultiplyHigh(units, factor) != 0) {
        throw new ArithmeticException("over 292 years");
      }
      return units * factor;
    }
    // 10¹⁹ is the highest power that fits into 64 bits, and 2⁶⁴ is below twice as much.
    int digits = exponent - NANO;
    return digits > 19 ? 0 : Long.divideUnsigned(units, powerOfTen(digits));
  }

  private static long powerOfTen(int digits) {
    long power = 1;
    for (int i = 0; i < digits; i++) {
      power *= 10;
    }
    return power;
  }

  private long binaryNanoseconds(long units) {
    long high = Math.unsignedMultiplyHigh(units, SECOND);
    long low = units * SECOND;
    if (exponent >= Long.SIZE) {
      return high >>> (exponent - Long.SIZE);
    }
    if (high >>> exponent != 0) {
      throw new ArithmeticException("over 292 years");
    }
    return exponent == 0 ? low : high << (Long.SIZE - exponent) | low >>> exponent;
  }
}
