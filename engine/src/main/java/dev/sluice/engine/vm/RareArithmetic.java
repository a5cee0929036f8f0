package dev.sluice.engine.vm;

/**
 * Arithmetic that is seldom used, apart from the interpreter's loop so that the loop stays small.
 */
final class RareArithmetic {
  private static final long LOW = 0xffff_ffffL;

  private RareArithmetic() {}

  /**
   * Computes.
   *
   * @param operation the operation
   * @param a the destination's value
   * @param x the second operand
   * @param bits the number of bits, where it counts
   */
  static long compute(int operation, long a, long x, int bits) {
    int narrow = (int) x;
    return switch (operation) {
      case Operation.DIV32 -> narrow == 0 ? 0 : Integer.divideUnsigned((int) a, narrow) & LOW;
      case Operation.SIGNED_DIV32 -> narrow == 0 ? 0 : ((int) a / narrow) & LOW;
      case Operation.MOD32 ->
          narrow == 0 ? a & LOW : Integer.remainderUnsigned((int) a, narrow) & LOW;
      case Operation.SIGNED_MOD32 -> narrow == 0 ? a & LOW : ((int) a % narrow) & LOW;
      case Operation.MOVS -> extend(x, bits);
      case Operation.MOVS32 -> extend(x, bits) & LOW;
      case Operation.SWAP -> swap(a, bits);
      case Operation.CUT -> bits == 64 ? a : a & ((1L << bits) - 1);
      default -> throw new Fault("instruction " + operation + " is unknown");
    };
  }

  /** Divides without signs; by 0 gives 0. */
  static long divide(long a, long x) {
    return x == 0 ? 0 : Long.divideUnsigned(a, x);
  }

  /** Divides with signs; by 0 gives 0. */
  static long divideSigned(long a, long x) {
    return x == 0 ? 0 : a / x;
  }

  /** The remainder without signs; by 0 what is divided. */
  static long remainder(long a, long x) {
    return x == 0 ? a : Long.remainderUnsigned(a, x);
  }

  /** The remainder with the sign of what is divided; by 0 that itself. */
  static long remainderSigned(long a, long x) {
    return x == 0 ? a : a % x;
  }

  private static long extend(long x, int bits) {
    return switch (bits) {
      case 8 -> (byte) x;
      case 16 -> (short) x;
      default -> (int) x;
    };
  }

  private static long swap(long a, int bits) {
    return switch (bits) {
      case 16 -> Short.reverseBytes((short) a) & 0xffffL;
      case 32 -> Integer.reverseBytes((int) a) & LOW;
      default -> Long.reverseBytes(a);
    };
  }
}
