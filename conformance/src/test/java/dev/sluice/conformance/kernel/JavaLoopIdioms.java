package dev.sluice.conformance.kernel;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.Loop;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;

/** What people do in loops of many turns, one program for each habit. */
public final class JavaLoopIdioms {
  private JavaLoopIdioms() {}

  static final Table<Integer, Integer> T = Table.hash(Integer.class, Integer.class, 64);
  static final Table<Integer, Long> C = Table.array(Long.class, 8);
  static final int[] W = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};

  record S(SkBuff skb, int i, long sum, boolean odd, byte small) {
    S next(int add) {
      return new S(skb, i + 1, sum + add, !odd, (byte) (small + 3));
    }

    boolean more() {
      return i < 20;
    }
  }

  enum Mode {
    A,
    B,
    C;

    Mode flip() {
      return this == A ? B : this == B ? C : A;
    }
  }

  record M(Mode mode, int n) {}

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int tableInLoop(SkBuff s) {
    return Loop.run(
                    20,
                    new S(s, 0, 0, false, (byte) 0),
                    (t, x) -> {
                      T.put(x.i() & 7, x.skb().u8(x.i()));
                      Integer v = T.get(t & 7);
                      return x.next(v == null ? 100 : v);
                    })
                .sum()
            > 0
        ? (int)
            Loop.run(
                8,
                0,
                (t, x) -> {
                  Integer v = T.get(t);
                  return x * 3 + (v == null ? 1 : v);
                })
        : -1;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int cellsInLoop(SkBuff s) {
    return Loop.run(
        100,
        0,
        (t, x) -> {
          Cell<Long> c = C.cell(t & 7);
          if (c != null) {
            c.add(t);
            return x + (int) c.getAndAdd(1);
          }
          return x;
        });
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int nestedLoops(SkBuff s) {
    return Loop.run(10, s.u8(0), (t, x) -> Loop.run(t, x, (u, y) -> y * 31 + u) + t);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int modes(SkBuff s) {
    M m =
        Loop.run(
            s.u8(0) & 15,
            new M(Mode.A, 0),
            (t, x) -> new M(x.mode().flip(), x.n() + x.mode().ordinal() * t));
    return m.n() * 10 + m.mode().ordinal();
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int tableLookupInLoop(SkBuff s) {
    return Loop.run(30, 1, (t, x) -> x * 7 + W[(t + x) & 7] + W[t % 12]);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int stateFlags(SkBuff s) {
    S e =
        Loop.run(1000, new S(s, 3, 5, true, (byte) 1), S::more, (t, x) -> x.next(x.odd() ? t : -t));
    return (int) e.sum() + e.i() * 100 + e.small() + (e.odd() ? 1 : 0);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int loopInFor(SkBuff s) {
    int n = 0;
    for (int i = 0; i < 5; i++) {
      n += Loop.run(i * 2, n, (t, x) -> x + t + 1);
    }
    return n;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int endsInLoop(SkBuff s) {
    return Loop.run(50, new S(s, 40, 0, false, (byte) 0), (t, x) -> x.next(x.skb().u8(x.i() * 2)))
        .i();
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int divInLoop(SkBuff s) {
    return Loop.run(5, s.u8(0), (t, x) -> 100 / (x - 2 - t));
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int writes(SkBuff s) {
    Loop.run(
        16,
        new S(s, 0, 0, false, (byte) 0),
        (t, x) -> {
          x.skb().setU8(20 + t, t * 3);
          return x;
        });
    return s.u32(20) + s.u32(32);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int markIt(SkBuff s) {
    Loop.run(
        16,
        new S(s, 0, 0, false, (byte) 0),
        (t, x) -> {
          x.skb().mark(x.skb().mark() + t);
          return x;
        });
    return s.mark();
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int oneTurn(SkBuff s) {
    return Loop.run(1, 5L, (t, x) -> x * 3) > 14 ? 1 : 2;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int zeroTurns(SkBuff s) {
    return Loop.run(0, 5, (t, x) -> x * 3);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int tooMany(SkBuff s) {
    return Loop.run(s.u8(0) > 100 ? 1 << 24 : 3, 5, (t, x) -> x * 3);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int cellState(SkBuff s) {
    Cell<Long> c = C.cell(1);
    if (c == null) return 1;
    c.set(0L);
    Holder h =
        Loop.run(
            10,
            new Holder(c, 0),
            (t, x) -> {
              x.cell().add(2);
              return new Holder(x.cell(), x.n() + 1);
            });
    return (int) (long) c.get() + h.n();
  }

  record Holder(Cell<Long> cell, int n) {}
}
