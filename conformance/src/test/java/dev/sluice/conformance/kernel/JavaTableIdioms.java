package dev.sluice.conformance.kernel;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.Events;
import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.NetworkOrder;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import org.jspecify.annotations.Nullable;

/** What people do with tables in Java, one program for each habit. */
@SuppressWarnings("NullAway") // it is what is tried
public final class JavaTableIdioms {
  private JavaTableIdioms() {}

  /** What is in a table. */
  public record Key(@NetworkOrder int address, short port, byte protocol, boolean tcp) {}

  /** What is in a table. */
  public record Val(int hits, long bytes, short kind, char c, boolean on) {
    Val plus(int b) {
      return new Val(hits + 1, bytes + b, kind, c, !on);
    }
  }

  /** What is in a table. */
  public record Prefix(int length, @NetworkOrder int address) {}

  static final Table<Key, Val> HASH = Table.hash(Key.class, Val.class, 100);
  static final Table<Integer, Integer> NUMBERS = Table.array(Integer.class, 8);
  static final Table<Integer, Long> PER_CPU = Table.perCpuArray(Long.class, 8);
  static final Table<Prefix, Integer> NETS = Table.prefixes(Prefix.class, Integer.class, 8);
  static final Table<Long, Byte> LRU = Table.lru(Long.class, Byte.class, 8);
  static final Events RING = Events.ring(4096);

  /** What is in a table. */
  public record Ev(long a, int b, byte c) {}

  static final Val START = new Val(1, 2, (short) 3, 'x', true);
  static final int LIMIT = Kernel.constant(5);

  static Key key(SkBuff skb) {
    return new Key(
        skb.u32(0) & 3, (short) (skb.u16(4) & 1), (byte) skb.u8(6), (skb.u8(7) & 1) == 1);
  }

  static void count(Table<Integer, Long> t, int i) {
    Cell<Long> c = t.cell(i);
    if (c != null) c.add(1);
  }

  static int orZero(@Nullable Integer x) {
    return x == null ? 0 : x;
  }

  static @Nullable Cell<Val> cellOf(SkBuff skb) {
    return HASH.cell(key(skb));
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int hash(SkBuff skb) {
    Key k = key(skb);
    Val v = HASH.get(k);
    if (v == null) {
      int r = HASH.put(k, START);
      return r == 0 ? 100 : r;
    }
    HASH.put(k, v.plus(skb.length()));
    if (v.hits() > LIMIT) HASH.remove(k);
    return v.hits() * 10 + (v.on() ? 1 : 0) + v.c() + v.kind() + (int) v.bytes();
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int cells(SkBuff skb) {
    HASH.put(key(skb), START);
    Cell<Val> c = cellOf(skb);
    if (c == null) return 1;
    c.set("kind", skb.u8(3));
    c.set("on", 0);
    c.add("hits", 5);
    c.set("c", 'q');
    Val v = c.get();
    c.set(v.plus(7));
    return v.hits() + v.kind() + v.c() + (v.on() ? 1000 : 0) + (int) c.get().bytes();
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int numbers(SkBuff skb) {
    int i = skb.u8(0) & 15;
    int old = orZero(NUMBERS.get(i));
    int r = NUMBERS.put(i, old + skb.u8(1));
    return r == 0 ? orZero(NUMBERS.get(i)) : r;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int unchecked(SkBuff skb) {
    return NUMBERS.get(skb.u8(0) & 15) + 1;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int perCpu(SkBuff skb) {
    count(PER_CPU, skb.u8(0) & 7);
    Long x = PER_CPU.get(skb.u8(0) & 7);
    return x != null && x > -1 ? 1 : x == null ? 2 : (int) (x + 10);
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int nets(SkBuff skb) {
    NETS.put(new Prefix(8, 0x0a000000), 1);
    NETS.put(new Prefix(24, 0x0a010200), 2);
    Integer hit =
        NETS.get(
            new Prefix(
                32, (skb.u8(0) & 1) == 0 ? 0x0a010203 : skb.u8(1) > 100 ? 0x0a020304 : 0x0b000000));
    return hit == null ? -1 : hit;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int lru(SkBuff skb) {
    long k = skb.u8(0) & 3;
    LRU.put(k, (byte) skb.u8(1));
    Byte b = LRU.get(k);
    return b == null ? 5 : b;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int ring(SkBuff skb) {
    return RING.output(new Ev(skb.u64(0), skb.mark(), (byte) 3)) > -1 ? 1 : 2;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int either(SkBuff skb) {
    Cell<Long> c = skb.mark() > 2 ? PER_CPU.cell(1) : PER_CPU.cell(2);
    if (c == null) return 1;
    c.add(3);
    return c.get() > 0 ? 3 : 4;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int maybe(SkBuff skb) {
    Cell<Long> c = skb.mark() > 2 ? PER_CPU.cell(1) : null;
    return c != null ? 7 : 8;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int loopCells(SkBuff skb) {
    int s = 0;
    for (int i = 0; i < 10; i++) {
      Integer n = NUMBERS.get(i);
      if (n == null) break;
      s += n + 1;
    }
    return s;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int sameTable(SkBuff skb) {
    Table<Integer, Integer> t = NUMBERS;
    Integer a = t.get(1), b = t.get(2);
    return a != null && b != null ? a - b : -5;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int found(SkBuff skb) {
    Integer v = skb.mark() > 2 ? NUMBERS.get(1) : NUMBERS.get(skb.u8(0) & 15);
    if (v == null) return 77;
    return v + 1;
  }

  record Flow(int a, int b) {
    int sum() {
      return a * 3 + b;
    }
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int recordOrNull(SkBuff skb) {
    @Nullable Flow f = null;
    for (int i = 0; i < 5; i++) {
      if (skb.u8(i) == 3) {
        f = new Flow(i, skb.u8(i + 1));
        break;
      }
    }
    if (f != null && f.a() > 1) return f.sum();
    return f == null ? -1 : -2;
  }

  static @Nullable Flow find(SkBuff skb, int what) {
    return skb.u8(0) == what ? new Flow(what, 1) : skb.u8(1) == what ? new Flow(what, 2) : null;
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int finder(SkBuff skb) {
    Flow a = find(skb, 2);
    Flow b = find(skb, 4);
    if (a == null) a = b;
    return a == null ? 50 : a.sum();
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int npe(SkBuff skb) {
    return find(skb, 6).sum();
  }

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int integerOrNull(SkBuff skb) {
    Integer x = skb.u8(0) > 3 ? skb.u8(1) : null;
    Integer y = x;
    if (x != null && x > 5 || y == null) return 1;
    return y;
  }

  /** An end of a connection. */
  public record End(@NetworkOrder int address, short port) {}

  /** A connection, of records. */
  public record Connection(byte protocol, End from, End to, long number) {
    Connection turned() {
      return new Connection(protocol, to, from, number);
    }
  }

  /** What is counted of it. */
  public record Traffic(End last, Counts counts) {}

  /** Two counters. */
  public record Counts(int packets, long bytes) {}

  static final Table<Connection, Traffic> TRAFFIC =
      Table.hash(Connection.class, Traffic.class, 100);

  /** One of them. */
  @BpfProgram(otherwise = 9)
  public static int recordsInRecords(SkBuff skb) {
    End from = new End(skb.u32(0) & 3, (short) (skb.u8(4) & 1));
    Connection key = new Connection((byte) skb.u8(5), from, new End(7, (short) -3), 1L << 40);
    Connection asked = (skb.u8(6) & 1) == 0 ? key : key.turned().turned();
    Traffic known = TRAFFIC.get(asked);
    if (known == null) {
      return TRAFFIC.put(key, new Traffic(from, new Counts(1, skb.length()))) + 5;
    }
    Cell<Traffic> cell = TRAFFIC.cell(key);
    if (cell != null) {
      cell.add("counts.packets", 1);
      cell.set("last.port", skb.u8(7));
    }
    return known.counts().packets() * 1000 + known.last().port() + (int) known.counts().bytes();
  }

  private static int putNext(int key, int add) {
    Integer old = NUMBERS.get(key);
    int result = NUMBERS.put(key, add + (old == null ? 0 : old));
    return result + (old == null ? 1 : old);
  }

  /** What was got stays what it was. */
  @BpfProgram(otherwise = 9)
  public static int before(SkBuff skb) {
    int key = skb.u8(0) & 3;
    Integer first = NUMBERS.get(key);
    int sum = putNext(key, skb.u8(1)) + putNext(key + 1, 3);
    Val old = HASH.get(key(skb));
    HASH.put(key(skb), new Val(skb.u8(1), skb.u8(2), (short) 3, 'c', true));
    Cell<Val> cell = HASH.cell(key(skb));
    if (cell != null) {
      Val before = HASH.get(key(skb));
      cell.add("hits", 100);
      sum += before == null ? 7 : before.hits();
    }
    if (old != null) {
      sum += old.hits() * 31 + (int) old.bytes();
    }
    return sum * 31 + (first == null ? 5 : first);
  }
}
