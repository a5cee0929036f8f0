package dev.sluice.conformance.kernel;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.SkBuff;

/** How people compute where to read, one program for each habit. */
public final class JavaOffsetIdioms {
  private JavaOffsetIdioms() {}

  static final int[] W = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int rem(SkBuff s) {
    return W[s.u8(0) % 12] + s.u8(s.u8(1) % 13) + W[Integer.remainderUnsigned(s.u32(4), 12)];
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int div(SkBuff s) {
    return W[s.u8(0) / 22] + s.u16(s.u8(1) / 9) + W[s.u16(2) / 6000];
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int shift(SkBuff s) {
    return W[s.u8(0) >> (s.u8(1) & 7)] + s.u8(s.u8(2) >>> s.u8(3)) + s.u8(1 << (s.u8(4) & 3));
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int phi(SkBuff s) {
    int i = s.u8(0) > 50 ? s.u8(1) % 11 : s.u8(2) > 9 ? s.u8(3) >> s.u8(4) : 2;
    return W[i] + s.u8(i);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int neg(SkBuff s) {
    return W[-(s.u8(0) - 255) / 30]
        + s.u8(Math.abs(s.u8(1) - 100))
        + s.u8((byte) s.u8(3) & 31)
        + s.u8(Short.reverseBytes((short) s.u16(4)) & 31);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int mul(SkBuff s) {
    return s.u8(s.u8(0) * s.u8(1) % 50) + s.u8(s.u8(2) ^ s.u8(3)) + s.u8(s.u8(4) | 3);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int swapped(SkBuff s) {
    return s.u8(Integer.reverseBytes(s.u32(0)) & 31) + s.u8(s.u32(4)) + s.u8(s.u16(8));
  }
}
