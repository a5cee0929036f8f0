package dev.sluice.conformance.kernel;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Verdict;
import java.util.function.IntBinaryOperator;

/** What people write with objects, one program for each habit. */
@SuppressWarnings("ShortCircuitBoolean") // it is what is tried
public final class JavaObjectIdioms {
  private JavaObjectIdioms() {}

  enum Action {
    PASS(Verdict.PASS),
    DROP(Verdict.DROP),
    NEXT(Verdict.NEXT);
    final int verdict;

    Action(int v) {
      verdict = v;
    }
  }

  interface Matcher {
    boolean matches(int port, int proto);

    default int score() {
      return 1;
    }
  }

  record Exact(int port) implements Matcher {
    @Override
    public boolean matches(int p, int proto) {
      return p == port;
    }
  }

  record Between(int low, int high) implements Matcher {
    @Override
    public boolean matches(int p, int proto) {
      return p >= low && p <= high;
    }

    @Override
    public int score() {
      return 3;
    }
  }

  record Rule(Matcher matcher, Action action) {}

  static final Rule[] RULES = {
    new Rule(new Exact(80), Action.PASS),
    new Rule(new Between(1000, 2000), Action.DROP),
    new Rule(new Exact(443), Action.NEXT)
  };

  static final class Config {
    static final int MIN = 3;
    final int limit = 7;
    static final Config DEFAULT = new Config();

    int limitTwice() {
      return limit * 2;
    }
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int rules(SkBuff skb) {
    Action action = Action.NEXT;
    for (Rule r : RULES) {
      if (r.matcher().matches(skb.u16(0), 6)) {
        action = r.action();
        break;
      }
    }
    return action.verdict;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int scores(SkBuff skb) {
    int s = 0;
    for (Rule r : RULES) s += r.matcher().score() * skb.u8(1);
    return s;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int chosenMatcher(SkBuff skb) {
    Matcher m = RULES[skb.u8(0) % 3].matcher();
    return m.matches(skb.u16(2), 1) ? m.score() : -m.score();
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int config(SkBuff skb) {
    return Config.DEFAULT.limitTwice() + Config.MIN + skb.u8(0);
  }

  record Acc(int sum, int count) {
    Acc add(int x) {
      return new Acc(sum + x, count + 1);
    }

    int mean() {
      return sum / count;
    }
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int accumulate(SkBuff skb) {
    Acc a = new Acc(0, 0);
    for (int i = 0; i < 20; i++) {
      int b = skb.u8(i);
      if (b > 3) a = a.add(b);
    }
    return a.mean();
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int actionLoop(SkBuff skb) {
    Action a = Action.PASS;
    for (int i = 0; i < 6; i++) {
      a =
          switch (a) {
            case PASS -> skb.u8(i) > 100 ? Action.DROP : Action.PASS;
            case DROP -> Action.NEXT;
            case NEXT -> Action.PASS;
          };
    }
    return a.ordinal() * 10 + a.verdict;
  }

  static int fold(int sum) {
    int s = sum;
    for (int i = 0; i < 2; i++) s = (s & 0xffff) + (s >>> 16);
    return ~s & 0xffff;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int ipChecksum(SkBuff skb) {
    int s = 0;
    for (int i = 0; i < 10; i++) s += skb.u16(14 + 2 * i);
    return fold(s);
  }

  static long hash(long h, long v) {
    h ^= v;
    h *= 0x100000001b3L;
    return h;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int fnv(SkBuff skb) {
    long h = 0xcbf29ce484222325L;
    for (int i = 0; i < 12; i++) h = hash(h, skb.u8(26 + i));
    return (int) (h ^ h >>> 32) % 16;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int bits(SkBuff skb) {
    int x = skb.u8(0);
    return (x & ~3 | 1 << 5 ^ x >> 1) - -x + ~x;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int intMin(SkBuff skb) {
    int x = skb.u32(0) | Integer.MIN_VALUE;
    return x / -1 + x % -1 + Math.abs(x) + (x >> 31) + (x >>> 31);
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int longDiv(SkBuff skb) {
    long x = Long.MIN_VALUE;
    long d = skb.u8(0) < 4 ? -1L : skb.u8(0);
    return (int) (x / d >>> 40) + (int) (x % d);
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int shifts(SkBuff skb) {
    int n = skb.u8(0);
    long l = 0x8000000000000001L;
    return (1 << n) + (int) (l >> n) + (int) (l >>> n + 3 & 0xff) + (-5 >> n) + (-5 >>> n);
  }

  static int combine(IntBinaryOperator op, int a, int b) {
    return op.applyAsInt(a, b);
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int operators(SkBuff skb) {
    return combine(Math::max, skb.u8(0), skb.u8(1)) * 3
        + combine((a, b) -> a - b, skb.u8(2), 5)
        + combine(Integer::sum, 1, skb.u8(3));
  }

  static int nestedTernary(int x) {
    return x > 5 ? x > 10 ? x > 20 ? 3 : 2 : 1 : 0;
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int deep(SkBuff skb) {
    return nestedTernary(nestedTernary(skb.u8(0)) * 7 + skb.u8(1));
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int voids(SkBuff skb) {
    mark(skb, 3);
    if (skb.u8(0) > 5) {
      mark(skb, 4);
      return skb.mark();
    }
    mark(skb, 5);
    return -skb.mark();
  }

  static void mark(SkBuff skb, int m) {
    if (m == 5 && skb.u8(1) > 7) return;
    skb.mark(m);
  }

  /** One of them. */
  @BpfProgram(otherwise = 0)
  public static int vlan(SkBuff skb) {
    Ethernet.Payload p = new Ethernet(skb).payload();
    return switch (p.type()) {
      case Ethernet.IPV4 -> p.offset();
      case Ethernet.IPV6 -> -p.offset();
      default -> p.type();
    };
  }

  /** One of them. */
  @BpfProgram(otherwise = 33)
  public static int pastEnd(SkBuff skb) {
    int n = skb.u8(0);
    return skb.u8(n) + skb.u16(n + 30) + (n > 100 ? skb.u32(n * 4) : 0);
  }

  /** One of them. */
  @BpfProgram(otherwise = 33)
  public static int negative(SkBuff skb) {
    return skb.u8(skb.u8(0) - 100);
  }

  /** One of them. */
  @BpfProgram(otherwise = 33)
  public static int longIndex(SkBuff skb) {
    long n = skb.u64(0) & 31;
    return skb.u8((int) n) + (int) (n << 33 >> 33);
  }

  /** One of them. */
  @BpfProgram(otherwise = 33)
  public static int indexOut(SkBuff skb) {
    return RULES[skb.u8(0) & 3].action().verdict;
  }
}
