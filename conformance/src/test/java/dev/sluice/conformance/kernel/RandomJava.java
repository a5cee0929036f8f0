package dev.sluice.conformance.kernel;

import java.util.Random;

/** Writes the source of static methods that a compiler of programs must take. */
final class RandomJava extends RandomExpressions {
  /** What the programs of a class may change. */
  enum Changes {
    /** Bytes of the packet and fields of the context. */
    BYTES,
    /** Where it ends and begins, too. */
    SHAPE,
    /** Bytes of an XDP program's packet, and where it ends and begins. */
    XDP
  }

  private static final String[] ROOM = {
    "ENCAP_IPV4",
    "ENCAP_IPV6",
    "ENCAP_GRE",
    "ENCAP_UDP",
    "ENCAP_ETHERNET",
    "DECAP_IPV4",
    "DECAP_IPV6",
    "innerMac(14)",
    "NO_CHECKSUM_RESET"
  };

  private final Changes changes;
  private final StringBuilder source = new StringBuilder();
  private int names;
  private int budget;
  private int indent = 2;

  /** Whether this program moves the packet's end; else its start. */
  private boolean movesEnd;

  private RandomJava(Changes changes, Random random) {
    super(random, changes == Changes.XDP);
    this.changes = changes;
  }

  /** A class with so many programs, called {@code m0}, {@code m1} and so on. */
  static String of(String name, int methods, Changes changes, Random random) {
    RandomJava java = new RandomJava(changes, random);
    java.source.append(
        """
        import dev.sluice.compiler.program.*;
        public final class %s {
          static final int[] TABLE = {5, -7, 11, 11, 13, 1000000, 0, 3};
          static final short[] SHORTS = new short[300];
          static final long[] LONGS = new long[20];
          static final boolean[] FLAGS = new boolean[64];
          static {
            for (int i = 0; i < 300; i++) { SHORTS[i] = (short) (i * i * 31); }
            for (int i = 0; i < 20; i++) { LONGS[i] = 1L << 3 * i; }
            for (int i = 0; i < 64; i++) { FLAGS[i] = i %% 3 == 1; }
          }
          record Pair(int a, long b) {
            Pair { a = a + 1; }
            int low() { return a ^ (int) b; }
            Pair swapped() { return new Pair((int) b, a); }
          }
          enum Kind {
            FEW(3), MANY(1 << 20), NONE(0) { @Override int times(int x) { return x ^ n; } };
            final int n;
            Kind(int n) { this.n = n; }
            int times(int x) { return n * x; }
          }
          static final Kind[] KINDS = {Kind.MANY, Kind.NONE, Kind.MANY, Kind.FEW};
          static int of(Kind kind) { return switch (kind) { case FEW -> 5; case MANY -> -1; case NONE -> kind.n + 2; }; }
          static Pair mix(SkBuff skb, Pair p, int x, long y, Kind kind) {
            int first = skb.u8(x & 63);
            long sum = y * p.b() + first;
            for (int i = 0; i < 3; i++) { sum ^= (long) skb.u16(14 + i) << 7 * i; }
            if (kind == Kind.NONE) { return new Pair(first, sum); }
            return new Pair(kind.times(p.a()), sum - x);
          }
          static int check(SkBuff skb, int at) { return at < 0 ? skb.u8(13) : skb.u8(at & 63) * 3 + skb.u16(14); }
          static int retagged(SkBuff skb, int by) {
            int before = skb.u16(12);
            if ((by & 3) == 0) { skb.vlanPop(); }
            return before + skb.u16(12) + skb.u8(skb.length() - 1);
          }
          static long widen(int a, long b) { return a > b ? a * b : b / (a | 1) + (a ^ b); }
          static void paint(SkBuff skb, int color) { skb.mark(skb.mark() ^ color); if (color < 0) { skb.setU8(20, color); } }
          record State(SkBuff skb, int a, long b, Kind kind) {
            boolean goesOn() { return a %% 7 != 3; }
          }
          static State turn(int i, State s) {
            int a = s.a() + i * 3 + s.skb().u8((s.a() + i) & 31);
            return new State(s.skb(), a, s.b() ^ (long) a << i, a < 0 ? Kind.FEW : s.kind());
          }
          static int add(int i, int sum) { return sum * 31 + i; }
          static int clamp(int x, int low, int high) { return x < low ? low : x > high ? high : x; }
          static boolean odd(long x) { return (x & 1) != 0; }
          static boolean both(int x, long y) { return odd(x) && y > 5 || odd(y); }
          static int digits(int x) { int n = 0; for (int i = 0; i < 10; i++) { if (x == 0) { break; } x = Integer.divideUnsigned(x, 10); n++; } return n; }
        """
            .formatted(name));
    if (changes == Changes.XDP) {
      java.rewriteForXdp();
    }
    java.listOfRanges();
    for (int i = 0; i < methods; i++) {
      java.method(i);
    }
    return java.source.append("}\n").toString();
  }

  /** A function that asks of a number, often enough to matter, whether it is in a range. */
  private void listOfRanges() {
    source.append("  static int range(int x) {\n");
    for (int i = 0; i < 8; i++) {
      int edge =
          random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : random.nextInt(-99, 99);
      String low = number(edge);
      String high = number(edge + (random.nextBoolean() ? 0 : random.nextInt(-3, 70_000)));
      source.append(
          switch (random.nextInt(3)) {
            case 0 -> "    if (x >= %s && x <= %s) { return %d; }\n".formatted(low, high, i);
            case 1 -> "    if (!(x > %s || x < %s)) { return %d; }\n".formatted(high, low, i);
            default -> "    if (x < %s && %s <= x) { return %d; }\n".formatted(high, low, i);
          });
    }
    source.append("    return -1;\n  }\n");
  }

  private void method(int number) {
    ints.clear();
    longs.clear();
    kinds.clear();
    names = 0;
    budget = 3 + random.nextInt(14);
    movesEnd = changes == Changes.SHAPE && random.nextBoolean();
    source
        .append("  @BpfProgram(otherwise = ")
        .append(random.nextInt(-1, 9))
        .append(") public static int m")
        .append(number)
        .append(changes == Changes.XDP ? "(XdpContext skb) {\n" : "(SkBuff skb) {\n");
    indent = 2;
    if (changes == Changes.XDP) {
      declare(false, "skb.length()");
      declare(true, "skb.u32(20) * 3L");
      statements();
      line("skb.setU32(0, " + integer(2) + ");");
      line("skb.setU64(6, " + wide(2) + ");");
    } else {
      declare(false, "skb.mark()");
      declare(true, "skb.priority() * 3L");
      statements();
      line("skb.mark(" + integer(2) + ");");
      line("skb.priority((int) (" + wide(2) + "));");
    }
    line("return " + integer(2) + ";");
    source.append("  }\n");
  }

  private void line(String text) {
    source.append("  ".repeat(indent)).append(text).append('\n');
  }

  private void declare(boolean wide, String value) {
    String name = (wide ? "l" : "i") + names;
    names++;
    line((wide ? "long " : "int ") + name + " = " + value + ";");
    (wide ? longs : ints).add(name);
  }

  private void statements() {
    int ownInts = ints.size();
    int ownLongs = longs.size();
    int ownKinds = kinds.size();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count && budget > 0; i++) {
      budget--;
      statement();
    }
    if (indent > 2) {
      ints.subList(ownInts, ints.size()).clear();
      longs.subList(ownLongs, longs.size()).clear();
      kinds.subList(ownKinds, kinds.size()).clear();
    }
  }

  private void block(String head) {
    line(head + " {");
    indent++;
    statements();
    indent--;
    line("}");
  }

  private void statement() {
    switch (random.nextInt(
        switch (changes) {
          case BYTES -> 18;
          case SHAPE -> 25;
          case XDP -> 23;
        })) {
      case 18, 19, 20, 21, 22 ->
          line((random.nextBoolean() ? pick(ints) + " += 3 * " : "") + change() + ";");
      case 23 -> declare(false, field());
      case 24 -> line("skb.cb(" + random.nextInt(5) + ", " + integer(1) + ").tcIndex(5);");
      case 0, 1 -> declare(false, integer(3));
      case 2 -> declare(true, wide(3));
      case 3, 4 -> line(pick(ints) + " " + pick(OPERATORS) + "= " + integer(2) + ";");
      case 5 -> line(pick(longs) + " " + pick(OPERATORS) + "= " + wide(2) + ";");
      case 6, 7 -> {
        block("if (" + condition(2) + ")");
        if (random.nextBoolean()) {
          block("else");
        }
      }
      case 8 -> loop();
      case 9 -> choice();
      case 10 ->
          line("skb.setU" + (8 << random.nextInt(2)) + "(" + offset() + ", " + integer(1) + ");");
      case 11 -> pair();
      case 12 -> {
        String name = "k" + names;
        names++;
        line("Kind " + name + " = " + kind(2) + ";");
        kinds.add(name);
      }
      case 14 -> turns();
      case 15 -> {
        String name = "p" + names;
        names++;
        line(
            "Pair %s = mix(skb, new Pair(%s, %s), %s, %s, %s);"
                .formatted(name, integer(1), wide(1), integer(1), wide(1), kind(1)));
        declare(false, name + ".low()");
        declare(true, name + ".b()");
      }
      case 16 -> line("paint(skb, " + integer(1) + ");");
      case 13 -> {
        if (!kinds.isEmpty()) {
          line("if (" + condition(1) + ") { " + pick(kinds) + " = " + kind(1) + "; }");
        }
      }
      default -> {
        if (random.nextInt(4) == 0) {
          line("if (" + condition(1) + ") { return " + integer(1) + "; }");
        } else {
          line("skb." + (changes == Changes.XDP ? "setU8(1, " : "mark(") + integer(1) + ");");
        }
      }
    }
  }

  /** Lets what programs call take another context. */
  private void rewriteForXdp() {
    String text =
        source
            .toString()
            .replace("SkBuff", "XdpContext")
            .replace("skb.vlanPop()", "skb.adjustHead(by >> 28)")
            .replace("skb.mark(skb.mark() ^ color)", "skb.setU8(19, color)");
    source.setLength(0);
    source.append(text);
  }

  /** A call that changes the packet. */
  private String change() {
    if (changes == Changes.XDP) {
      return switch (random.nextInt(5)) {
        case 0 -> "skb.length()";
        case 1, 2 -> "skb.adjustHead((" + integer(1) + " & 63) - 24)";
        case 3 -> "skb.adjustTail(" + integer(1) + ")";
        default -> "skb.adjustTail((" + integer(1) + " & 63) - 20)";
      };
    }
    int size = random.nextBoolean() ? 2 : 4;
    String numbers = offset() + ", " + integer(1) + ", " + integer(1) + ", " + size;
    return switch (random.nextInt(10)) {
      case 0 -> "skb.replaceL3Checksum(" + numbers + ")";
      case 1 -> "skb.replaceL4Checksum(" + numbers + ", " + 16 * random.nextInt(4) + ")";
      case 2 -> "skb.pullData(" + offset() + ")";
      case 3, 4 -> "skb.vlanPop()";
      case 5 -> "skb.changeType(" + integer(1) + " & 7)";
      case 6 -> "skb.setHash(" + integer(1) + ")";
      default -> movesEnd ? moveEnd() : moveStart();
    };
  }

  // The kernel's least length depends on a transport header that test runs have only once the
  // packet did not fit into the room before it any more: no program moves both.
  private String moveEnd() {
    return random.nextInt(4) == 0
        ? "skb.changeTail(" + integer(1) + ")"
        : "skb.changeTail(20 + ((" + integer(1) + ") & 63))";
  }

  private String moveStart() {
    return switch (random.nextInt(7)) {
      case 5, 6 -> adjustRoom();
      case 0 -> "skb.changeHead(" + integer(1) + " & 15)";
      case 1 -> "skb.changeProtocol(Ethernet.IPV" + (random.nextBoolean() ? "4" : "6") + ")";
      case 2 -> "skb.vlanPush(" + integer(1) + ", " + integer(1) + ")";
      default ->
          "skb.vlanPush(Ethernet."
              + (random.nextBoolean() ? "" : "PROVIDER_")
              + "VLAN, "
              + integer(1)
              + ")";
    };
  }

  private String adjustRoom() {
    StringBuilder flags = new StringBuilder("Room.FIXED_GSO");
    for (int i = random.nextInt(3); i > 0; i--) {
      flags.append(" | Room.").append(pick(ROOM));
    }
    return "skb.adjustRoom((%s & 63) - 24, Room.%s, %s)"
        .formatted(integer(1), random.nextBoolean() ? "MAC" : "NETWORK", flags);
  }

  private void loop() {
    String name = "k" + names;
    names++;
    int from = random.nextInt(4);
    int turns = 1 + random.nextInt(5);
    String head =
        random.nextBoolean()
            ? "for (int %s = %d; %s < %d; %s++)".formatted(name, from, name, from + turns, name)
            : "for (int %s = %d; %s > %d; %s--)".formatted(name, from + turns, name, from, name);
    line(head + " {");
    indent++;
    ints.add(name);
    String sum = ints.getFirst();
    line(sum + " += " + name + " * " + integer(1) + ";");
    // The counter is read and not written: its last use as a target would make the loop endless.
    ints.remove(name);
    statements();
    if (random.nextInt(3) == 0) {
      line("if (" + condition(1) + ") { " + (random.nextBoolean() ? "break" : "continue") + "; }");
    }
    indent--;
    line("}");
  }

  private void turns() {
    String name = "s" + names;
    names++;
    String count = random.nextInt(4) == 0 ? "(" + integer(1) + ") & 15" : "" + random.nextInt(40);
    switch (random.nextInt(3)) {
      case 0 -> declare(false, "Loop.run(%s, 0 + %s, Random::add)".formatted(count, integer(1)));
      case 1 -> {
        line(
            "State %s = Loop.run(%s, new State(skb, %s, %s, Kind.MANY), Random::turn);"
                .formatted(name, count, integer(1), wide(1)));
        declare(true, name + ".b() + " + name + ".kind().n");
      }
      default -> {
        line(
            "State %s = Loop.run(%s, new State(skb, %s, %s, Kind.FEW), State::goesOn, (i, s) -> new State(s.skb(), add(i, s.a()), s.b() + 5, s.kind()));"
                .formatted(name, count, integer(1), wide(1)));
        declare(false, name + ".a()");
      }
    }
  }

  private void choice() {
    String name = "i" + names;
    names++;
    line("int " + name + " = switch (" + integer(1) + " & 15) {");
    int cases = 1 + random.nextInt(9);
    for (int i = 0; i < cases; i++) {
      line("  case " + i + " -> " + integer(1) + ";");
    }
    line("  default -> " + integer(1) + ";");
    line("};");
    ints.add(name);
  }

  private void pair() {
    String name = "p" + names;
    names++;
    line("Pair " + name + " = new Pair(" + integer(1) + ", " + wide(1) + ");");
    if (random.nextBoolean()) {
      line("if (" + condition(1) + ") { " + name + " = " + name + ".swapped(); }");
    }
    declare(false, name + ".low() + " + name + ".a()");
    declare(true, name + ".b()");
  }
}
