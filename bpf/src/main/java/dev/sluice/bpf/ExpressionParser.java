package dev.sluice.bpf;

import java.math.BigInteger;
import java.util.Map;

/**
 * Reads constants: numbers, names and C's operators on them, with C's precedence. Values are exact
 * and must stay within 64 bits, signed or unsigned.
 */
final class ExpressionParser {
  /** Deepest nesting of brackets and signs. */
  private static final int MAX_DEPTH = 50;

  private static final BigInteger MIN = BigInteger.ONE.shiftLeft(63).negate();
  private static final BigInteger MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private final TokenReader reader;
  private final Map<String, BigInteger> constants;
  private int depth;

  /**
   * @param constants the names that may be used; more may be added later
   */
  ExpressionParser(TokenReader reader, Map<String, BigInteger> constants) {
    this.reader = reader;
    this.constants = constants;
  }

  /** Reads a constant of any size that 64 bits hold. */
  BigInteger parse() {
    BigInteger value = parseXor();
    while (reader.peek().isSign("|")) {
      Token operator = reader.take();
      value = check(operator, value.or(parseXor()));
    }
    return value;
  }

  /**
   * Reads a constant in a range.
   *
   * @param what names it in the message
   */
  long parse(String what, long min, long max) {
    Token first = reader.peek();
    BigInteger value = parse();
    if (value.compareTo(BigInteger.valueOf(min)) < 0
        || value.compareTo(BigInteger.valueOf(max)) > 0) {
      throw new AssemblyFault(
          first, "%s must be %d to %d, found %s".formatted(what, min, max, value));
    }
    return value.longValueExact();
  }

  private BigInteger parseXor() {
    BigInteger value = parseAnd();
    while (reader.peek().isSign("^")) {
      Token operator = reader.take();
      value = check(operator, value.xor(parseAnd()));
    }
    return value;
  }

  private BigInteger parseAnd() {
    BigInteger value = parseShift();
    while (reader.peek().isSign("&")) {
      Token operator = reader.take();
      value = check(operator, value.and(parseShift()));
    }
    return value;
  }

  private BigInteger parseShift() {
    BigInteger value = parseSum();
    while (reader.peek().isSign("<<") || reader.peek().isSign(">>")) {
      Token operator = reader.take();
      BigInteger count = parseSum();
      if (count.signum() < 0 || count.bitLength() > 6) {
        throw new AssemblyFault(operator, "a shift must be 0 to 63, found " + count);
      }
      int bits = count.intValueExact();
      value =
          check(operator, operator.isSign("<<") ? value.shiftLeft(bits) : value.shiftRight(bits));
    }
    return value;
  }

  private BigInteger parseSum() {
    BigInteger value = parseProduct();
    while (reader.peek().isSign("+") || reader.peek().isSign("-")) {
      Token operator = reader.take();
      BigInteger right = parseProduct();
      value = check(operator, operator.isSign("+") ? value.add(right) : value.subtract(right));
    }
    return value;
  }

  private BigInteger parseProduct() {
    BigInteger value = parseSigned();
    while (reader.peek().isSign("*") || reader.peek().isSign("/") || reader.peek().isSign("%")) {
      Token operator = reader.take();
      BigInteger right = parseSigned();
      if (!operator.isSign("*") && right.signum() == 0) {
        throw new AssemblyFault(operator, "division by zero");
      }
      value =
          check(
              operator,
              switch (operator.text()) {
                case "*" -> value.multiply(right);
                case "/" -> value.divide(right);
                default -> value.remainder(right);
              });
    }
    return value;
  }

  private BigInteger parseSigned() {
    Token token = reader.peek();
    if (!token.isSign("-") && !token.isSign("~") && !token.isSign("+") && !token.isSign("(")) {
      return parsePrimary();
    }
    if (depth == MAX_DEPTH) {
      throw new AssemblyFault(token, "this expression is nested more than " + MAX_DEPTH + " deep");
    }
    reader.take();
    depth++;
    try {
      return check(token, parseAfter(token));
    } finally {
      depth--;
    }
  }

  private BigInteger parseAfter(Token token) {
    if (token.isSign("(")) {
      BigInteger value = parse();
      reader.expectSign(")");
      return value;
    }
    BigInteger operand = parseSigned();
    return switch (token.text()) {
      case "-" -> operand.negate();
      case "~" -> operand.not();
      default -> operand;
    };
  }

  private BigInteger parsePrimary() {
    Token token = reader.peek();
    if (token.kind() == Token.Kind.NUMBER) {
      reader.take();
      return check(token, number(token));
    }
    if (token.kind() == Token.Kind.WORD && RegisterWord.of(token).isEmpty()) {
      BigInteger value = constants.get(token.text());
      if (value == null) {
        throw new AssemblyFault(
            token, "no constant is named '" + token.text() + "'" + suggestion(token.text()));
      }
      reader.take();
      return value;
    }
    throw reader.expected("a number or the name of a constant");
  }

  private String suggestion(String name) {
    for (String known : constants.keySet()) {
      if (known.equalsIgnoreCase(name) || known.endsWith("." + name)) {
        return "; is '" + known + "' meant?";
      }
    }
    return "";
  }

  private static BigInteger number(Token token) {
    String text = token.text();
    int radix = 10;
    String digits = text;
    if (text.startsWith("0x") || text.startsWith("0X")) {
      radix = 16;
      digits = text.substring(2);
    } else if (text.startsWith("0b") || text.startsWith("0B")) {
      radix = 2;
      digits = text.substring(2);
    }
    digits = digits.replace("_", "");
    boolean octal = radix == 10 && digits.length() > 1 && digits.charAt(0) == '0';
    if (octal || !isNumber(digits, radix) || digits.length() > 64) {
      throw new AssemblyFault(
          token,
          token.describe()
              + " is no number: numbers are decimal, 0x and hex digits, or 0b and binary digits");
    }
    return new BigInteger(digits, radix);
  }

  private static boolean isNumber(String digits, int radix) {
    for (int i = 0; i < digits.length(); i++) {
      if (Character.digit(digits.charAt(i), radix) < 0) {
        return false;
      }
    }
    return !digits.isEmpty();
  }

  private static BigInteger check(Token at, BigInteger value) {
    if (value.compareTo(MIN) < 0 || value.compareTo(MAX) > 0) {
      throw new AssemblyFault(at, "the value " + value + " does not fit 64 bits");
    }
    return value;
  }
}
