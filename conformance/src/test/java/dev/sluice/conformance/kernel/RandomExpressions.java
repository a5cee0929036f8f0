package dev.sluice.conformance.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes expressions of the variables that there are, for {@link RandomJava}. */
class RandomExpressions {
  static final String[] COMPARISONS = {"<", "<=", ">", ">=", "==", "!="};
  static final String[] OPERATORS = {"+", "-", "*", "&", "|", "^"};
  static final String[] SHIFTS = {"<<", ">>", ">>>"};
  static final int[] EDGES = {
    0,
    1,
    2,
    3,
    7,
    8,
    15,
    31,
    32,
    255,
    256,
    0x7fff,
    0x8000,
    0xffff,
    -1,
    -2,
    -128,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0x0800,
    1000
  };

  static final String[] FIELDS = {
    "length()",
    "vlanPresent()",
    "vlanTci()",
    "vlanProtocol()",
    "protocol()",
    "packetType()",
    "hash()",
    "cb(0)",
    "cb(3)",
    "tcIndex()"
  };

  final Random random;
  final List<String> ints = new ArrayList<>();
  final List<String> longs = new ArrayList<>();
  final List<String> kinds = new ArrayList<>();
  private final boolean xdp;

  /**
   * Without variables yet.
   *
   * @param xdp whether the context is that of XDP
   */
  RandomExpressions(Random random, boolean xdp) {
    this.random = random;
    this.xdp = xdp;
  }

  final String field() {
    return xdp ? "skb.length()" : "skb." + pick(FIELDS);
  }

  final String kind(int depth) {
    return switch (random.nextInt(depth > 0 ? 5 : 2)) {
      case 0 -> "Kind." + pick(new String[] {"FEW", "MANY", "NONE"});
      case 1 -> kinds.isEmpty() ? "Kind.MANY" : pick(kinds);
      case 2 -> "KINDS[(" + integer(depth - 1) + ") & 3]";
      case 3 -> "Kind.values()[(" + integer(depth - 1) + ") & 1]";
      default ->
          "(" + condition(depth - 1) + " ? " + kind(depth - 1) + " : " + kind(depth - 1) + ")";
    };
  }

  final String ofKind(int depth) {
    return switch (random.nextInt(4)) {
      case 0 -> kind(depth) + ".n";
      case 1 -> kind(depth) + ".ordinal()";
      case 2 -> "of(" + kind(depth) + ")";
      default -> kind(depth) + ".times(" + integer(depth) + ")";
    };
  }

  final String offset() {
    return switch (random.nextInt(6)) {
      case 4 -> "(" + integer(1) + ") % 40";
      case 5 -> "(" + integer(1) + ") >>> (26 + (" + integer(1) + " & 3))";
      case 0 -> "(" + integer(1) + ") & 63";
      case 1 -> "14 + ((" + integer(1) + ") & 15) * 4";
      default -> Integer.toString(random.nextInt(60));
    };
  }

  final String condition(int depth) {
    return switch (random.nextInt(8)) {
      case 7 ->
          "new Pair(%s, %s).equals(new Pair(%s, %s))"
              .formatted(integer(depth), wide(depth), integer(depth), wide(depth));
      case 6 -> kind(depth) + (random.nextBoolean() ? " == " : " != ") + kind(depth);
      case 0 ->
          depth > 0 ? "(" + condition(depth - 1) + " && " + condition(depth - 1) + ")" : "true";
      case 1 ->
          depth > 0 ? "(" + condition(depth - 1) + " || " + condition(depth - 1) + ")" : "odd(3)";
      case 2 -> wide(depth) + " " + pick(COMPARISONS) + " " + wide(depth);
      case 3 -> "both(" + integer(depth) + ", " + wide(depth) + ")";
      case 4 ->
          "Integer.compareUnsigned("
              + integer(depth)
              + ", "
              + integer(depth)
              + ") "
              + pick(COMPARISONS)
              + " 0";
      default -> integer(depth) + " " + pick(COMPARISONS) + " " + integer(depth);
    };
  }

  final String integer(int depth) {
    if (depth <= 0 || random.nextInt(4) == 0) {
      return random.nextInt(3) == 0 ? number(EDGES[random.nextInt(EDGES.length)]) : pick(ints);
    }
    int next = depth - 1;
    return switch (random.nextInt(20)) {
      case 17 -> "check(skb, " + integer(next) + ")";
      case 18 -> field();
      case 19 -> "retagged(skb, " + integer(next) + ")";
      case 0 -> "(" + integer(next) + " " + pick(SHIFTS) + " " + integer(next) + ")";
      case 1 -> "(" + integer(next) + " / " + divisor(next) + ")";
      case 2 -> "(" + integer(next) + " % " + divisor(next) + ")";
      case 3 -> "(byte) " + "(" + integer(next) + ")";
      case 4 -> "(short) " + "(" + integer(next) + ")";
      case 5 -> "(char) " + "(" + integer(next) + ")";
      case 6 -> "(int) (" + wide(next) + ")";
      case 7 -> "skb.u8(" + offset() + ")";
      case 8 -> "skb.u16(" + offset() + ")";
      case 9 -> "skb.u32(" + offset() + ")";
      case 10 -> "(" + condition(next) + " ? " + integer(next) + " : " + integer(next) + ")";
      case 11 -> "clamp(" + integer(next) + ", -100, " + integer(next) + ")";
      case 12 ->
          switch (random.nextInt(4)) {
            case 0 ->
                random.nextBoolean()
                    ? "SHORTS[(" + integer(next) + ") & 511]"
                    : "SHORTS[Math.abs((" + integer(next) + ") % 300)]";
            case 1 -> "(FLAGS[(" + integer(next) + ") & 63] ? 7 : 9)";
            case 2 -> "(int) LONGS[(" + integer(next) + ") & 15]";
            default -> "TABLE[(" + integer(next) + ") & 7]";
          };
      case 13 ->
          random.nextBoolean() ? "Integer.reverseBytes(" + integer(next) + ")" : ofKind(next);
      case 14 ->
          random.nextBoolean()
              ? "Integer.divideUnsigned(" + integer(next) + ", " + divisor(next) + ")"
              : "Long.compare(" + wide(next) + ", " + wide(next) + ")";
      case 15 -> "range(" + integer(next) + ")";
      default -> "(" + integer(next) + " " + pick(OPERATORS) + " " + integer(next) + ")";
    };
  }

  final String divisor(int depth) {
    return random.nextInt(8) == 0 ? integer(depth) : "((" + integer(depth) + ") | 1)";
  }

  final String wide(int depth) {
    if (depth <= 0 || random.nextInt(4) == 0) {
      return random.nextInt(3) == 0 ? random.nextLong() + "L" : pick(longs);
    }
    int next = depth - 1;
    return switch (random.nextInt(11)) {
      case 10 -> xdp ? "skb.u64(8)" : "skb.tstamp()";
      case 9 -> "widen(" + integer(next) + ", " + wide(next) + ")";
      case 0 -> "(" + wide(next) + " " + pick(SHIFTS) + " " + integer(next) + ")";
      case 1 -> "(" + wide(next) + " / ((" + wide(next) + ") | 1L))";
      case 2 -> "(long) (" + integer(next) + ")";
      case 3 -> "Integer.toUnsignedLong(" + integer(next) + ")";
      case 4 -> "skb.u64(" + offset() + ")";
      case 5 -> "(" + condition(next) + " ? " + wide(next) + " : " + wide(next) + ")";
      case 6 -> "Math.max(" + wide(next) + ", " + wide(next) + ")";
      default -> "(" + wide(next) + " " + pick(OPERATORS) + " " + wide(next) + ")";
    };
  }

  static String number(int number) {
    return number < 0 ? "(" + number + ")" : Integer.toString(number);
  }

  final String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  final String pick(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
