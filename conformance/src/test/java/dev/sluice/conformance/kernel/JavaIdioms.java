package dev.sluice.conformance.kernel;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.SkBuff;
import java.util.function.IntUnaryOperator;

/** What people write in Java, one program for each habit. */
@SuppressWarnings({ // it is what is tried
  "fallthrough",
  "NarrowingCompoundAssignment",
  "NullAway",
  "ShortCircuitBoolean"
})
public final class JavaIdioms {
  private JavaIdioms() {}

  static final int[] PRIMES = {2, 3, 5, 7, 11, 13};
  static final byte[] BYTES = {1, -2, 3};
  static final long[][] GRID = {{1, 2}, {3, 4}};

  enum Color {
    RED,
    GREEN,
    BLUE;

    Color next() {
      return values()[(ordinal() + 1) % values().length];
    }
  }

  sealed interface Shape permits Circle, Square {}

  record Circle(int r) implements Shape {}

  record Square(int side) implements Shape {}

  record Range(int low, int high) {
    Range {
      if (low > high) {
        int t = low;
        low = high;
        high = t;
      }
    }

    boolean contains(int x) {
      return x >= low && x <= high;
    }

    static Range of(int a, int b) {
      return new Range(a, b);
    }

    int size() {
      return high - low + 1;
    }
  }

  record Line(Range a, Range b) {}

  static final Range[] RANGES = {new Range(1, 10), Range.of(100, 20), new Range(1000, 2000)};
  static final Range DEFAULT = new Range(5, 6);

  static <T> T pick(boolean c, T a, T b) {
    return c ? a : b;
  }

  static int apply(IntUnaryOperator f, int x) {
    return f.applyAsInt(x);
  }

  static int twice(int x) {
    return x * 2;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int enhancedFor(SkBuff skb) {
    int s = 0;
    for (int p : PRIMES) {
      s = s * 31 + p * skb.u8(p);
    }
    return s;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int bytesTable(SkBuff skb) {
    int s = 0;
    for (byte b : BYTES) s += b;
    return s + BYTES[skb.mark() & 1];
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int grid(SkBuff skb) {
    return (int) (GRID[1][0] + GRID[0][skb.mark() & 1]);
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int gridVarying(SkBuff skb) {
    return (int) GRID[skb.mark() & 1][skb.priority() & 1];
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int labeled(SkBuff skb) {
    int n = 0;
    outer:
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        if (skb.u8(i + j) == 0) continue outer;
        if (skb.u8(i * j) > 200) break outer;
        n++;
      }
    }
    return n;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int doWhile(SkBuff skb) {
    int i = 0, s = 0;
    do {
      s += skb.u8(i);
      i += 3;
    } while (i < 30);
    return s;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int whileTrue(SkBuff skb) {
    int i = 0;
    while (true) {
      if (skb.u8(i) == 7 || i >= 20) break;
      i++;
    }
    return i;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int countdown(SkBuff skb) {
    int s = 0;
    for (int i = 10; i-- > 0; ) s = s * 3 + skb.u8(i);
    return s;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int colors(SkBuff skb) {
    Color c = skb.mark() == 1 ? Color.RED : skb.mark() == 2 ? Color.GREEN : Color.BLUE;
    for (int i = 0; i < 4; i++) {
      if (skb.u8(i) != 0) c = c.next();
    }
    return switch (c) {
      case RED -> 1;
      case GREEN -> 2;
      case BLUE -> 3;
    };
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int compactRecord(SkBuff skb) {
    Range r = new Range(skb.u8(1), skb.u8(2));
    return r.contains(skb.u8(3)) ? r.size() : -r.low();
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int nested(SkBuff skb) {
    Line l = new Line(new Range(skb.u8(0), 5), DEFAULT);
    Line m = skb.mark() > 3 ? l : new Line(DEFAULT, Range.of(1, skb.u8(1)));
    return m.a().size() * 100 + m.b().size();
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int ranges(SkBuff skb) {
    int n = 0;
    for (Range r : RANGES) {
      if (r.contains(skb.u16(0))) n++;
    }
    return n;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int rangeAt(SkBuff skb) {
    return RANGES[skb.mark() % 3 & 3].size();
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int generic(SkBuff skb) {
    return pick(skb.mark() > 0, skb.u8(0), skb.u8(1));
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int lambda(SkBuff skb) {
    return apply(x -> x * x + 1, skb.u8(0))
        + apply(JavaIdioms::twice, 4)
        + apply(Math::abs, -skb.u8(2));
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int shapes(SkBuff skb) {
    Shape s = new Circle(skb.u8(0));
    return switch (s) {
      case Circle(int r) -> r * 3;
      case Square(int side) -> side * side;
    };
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int instance(SkBuff skb) {
    Object o = new Square(skb.u8(0));
    if (o instanceof Square(int side) && side > 5) return side;
    return 0;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int booleans(SkBuff skb) {
    boolean a = skb.u8(0) > 3, b = (skb.u8(1) & 1) == 1;
    boolean c = a ^ b | a & !b;
    return (c ? 1 : 0) + (a == b ? 2 : 0) + (a != c ? 4 : 0);
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int chars(SkBuff skb) {
    char c = (char) skb.u16(0);
    c += 3;
    c++;
    return c > 'a' ? c - 'a' : c;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int shorts(SkBuff skb) {
    short s = (short) skb.u16(0);
    s *= 3;
    s >>= 2;
    byte b = (byte) s;
    b++;
    return s + b;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int unsigned(SkBuff skb) {
    int x = skb.u32(0);
    long u = Integer.toUnsignedLong(x) * 3 >>> 5;
    return (int) Long.remainderUnsigned(u, 1000)
        + Integer.compareUnsigned(x, 100)
        + Byte.toUnsignedInt((byte) x)
        + (Long.compareUnsigned(u, x) > 0 ? 1 : 0);
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int jdk(SkBuff skb) {
    int x = skb.u32(0);
    return Integer.bitCount(x)
        + Integer.numberOfLeadingZeros(x) * 3
        + Integer.rotateLeft(x, 5)
        + Math.min(x, 7)
        + Math.floorMod(x, 13)
        + Integer.highestOneBit(x)
        + Integer.reverse(x)
        + Integer.signum(x)
        + Long.numberOfTrailingZeros(x)
        + Math.clamp((long) x, 3, 900);
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int mathExact(SkBuff skb) {
    return Math.addExact(skb.u32(0), skb.u32(4));
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int ternaries(SkBuff skb) {
    int x = skb.u8(0);
    return x < 10 ? x < 5 ? 1 : 2 : x > 100 ? x > 200 ? 3 : 4 : 5;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int oldSwitch(SkBuff skb) {
    int r = 0;
    switch (skb.u8(0) % 7) {
      case 0:
        r = 1;
      case 1:
        r += 2;
        break;
      case 2:
      case 3:
        return 9;
      default:
        r = -1;
    }
    return r;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int yields(SkBuff skb) {
    return switch (skb.u8(0) & 3) {
      case 0 -> {
        int t = skb.u8(1);
        yield t * 2;
      }
      case 1, 2 -> 5;
      default -> {
        if (skb.mark() > 1) yield 7;
        yield 8;
      }
    };
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int longs(SkBuff skb) {
    long a = skb.u64(0);
    long b = 0x123456789abcdefL;
    a += b;
    a ^= a >>> 17;
    a *= 31;
    a = a << 3 | a >>> 61;
    a -= a % 7;
    return (int) (a >> 32) + (a < b ? 1 : 0) + (int) a;
  }

  /** One of them. */
  @BpfProgram(otherwise = 5)
  public static int assertion(SkBuff skb) {
    assert skb.length() > 5 : "for the JVM only";
    return 3;
  }

  /** One of them. */
  @BpfProgram(otherwise = 5)
  public static int increments(SkBuff skb) {
    int i = skb.u8(0);
    int j = i++ + ++i;
    i += j++;
    j -= --i;
    return i * 1000 + j;
  }

  /** One of them. */
  @BpfProgram(otherwise = 5)
  public static int nullable(SkBuff skb) {
    Color c = skb.mark() > 2 ? Color.RED : null;
    if (c == null) return 1;
    return c.ordinal() + 10;
  }

  /** One of them. */
  @BpfProgram(otherwise = 5)
  public static int nullRead(SkBuff skb) {
    Color c = skb.mark() > 2 ? Color.BLUE : null;
    return c.ordinal() + 10;
  }

  /** One of them. */
  @BpfProgram(otherwise = 5)
  public static int enumEq(SkBuff skb) {
    Color c = Color.values()[skb.u8(0) % 3];
    return c.equals(Color.RED) ? 1 : c.compareTo(Color.GREEN) > 0 ? 2 : 3;
  }
}
