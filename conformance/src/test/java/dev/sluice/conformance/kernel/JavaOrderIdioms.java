package dev.sluice.conformance.kernel;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.SkBuff;

/** What people do one after the other, one program for each habit. */
@SuppressWarnings({ // it is what is tried
  "NarrowingCompoundAssignment",
  "UnusedVariable"
})
public final class JavaOrderIdioms {
  private JavaOrderIdioms() {}

  // evaluation order, side effects, packet writes between reads

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int order(SkBuff s) {
    int a = s.u8(0);
    s.setU8(0, 7);
    int b = s.u8(0);
    s.setU16(0, 0x1234);
    return a * 10000 + b * 100 + s.u8(1) + s.u32(0);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int partial(SkBuff s) {
    s.mark(1);
    s.setU8(3, 9);
    int x = s.u8(s.u8(5) + 20);
    s.mark(2);
    return x;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int sideArgs(SkBuff s) {
    return f(s, g(s, 1), g(s, 2));
  }

  static int g(SkBuff s, int x) {
    s.mark(s.mark() * 3 + x);
    return s.mark();
  }

  static int f(SkBuff s, int a, int b) {
    return a - b + s.mark();
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int shortCircuit(SkBuff s) {
    boolean r = t(s, 1) && t(s, 2) || t(s, 4) && !t(s, 8);
    return s.mark() * 2 + (r ? 1 : 0);
  }

  static boolean t(SkBuff s, int bit) {
    s.mark(s.mark() | bit << 4);
    return (s.u8(bit) & 1) == 1;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int compound(SkBuff s) {
    int x = s.u8(0);
    x += x++ * 2 + x;
    x <<= x & 3;
    x ^= x-- - --x;
    return x;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int readOfWrite(SkBuff s) {
    int i = s.u8(0) & 15;
    s.setU8(i, 200);
    s.setU8(i + 1, s.u8(i) + 1);
    return s.u16(i) + s.u8(15 - i);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int ctxWrite(SkBuff s) {
    int before = s.mark();
    s.mark(before + 1);
    s.mark(s.mark() * 2);
    s.priority(s.mark());
    return s.priority() - before;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int modZero(SkBuff s) {
    return 100 % (s.u8(0) & 1);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int unusedDiv(SkBuff s) {
    int x = 5 / (s.u8(0) & 1);
    return 3;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int unusedRead(SkBuff s) {
    int x = s.u8(s.u8(0));
    return 3;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int unusedIndex(SkBuff s) {
    int x = A[s.u8(0)];
    return 3;
  }

  static final int[] A = new int[100];

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int charMath(SkBuff s) {
    char c = 'z';
    c++;
    byte b = (byte) 200;
    short sh = (short) (b * 300);
    return c + b + sh + (s.u8(0) > 3 ? 'a' : 'b');
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int bigConst(SkBuff s) {
    long x = 0xFFFFFFFFL;
    return (int) (x & s.u32(0)) + (int) (x >> 4) + (int) (-x >>> 60);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int longCmp(SkBuff s) {
    long a = s.u64(0), b = s.u64(8);
    return (a < b ? 1 : 0)
        + (a == b ? 2 : 0)
        + (a >= 0 ? 4 : 0)
        + (Long.compareUnsigned(a, b) < 0 ? 8 : 0)
        + (a > 0x123456789ABCL ? 16 : 0);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int u64odd(SkBuff s) {
    return (int) s.u64(3) + (int) (s.u64(13) >>> 32) + s.u16(7);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int setters(SkBuff s) {
    s.setU64(16, 0x1122334455667788L);
    s.setU32(24, -2);
    return s.u8(16) + s.u8(23) + s.u16(24) + s.u32(17);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int writePastEnd(SkBuff s) {
    s.setU8(1, 5);
    s.setU32(s.u8(0) + 20, 7);
    return s.u8(1);
  }
}
