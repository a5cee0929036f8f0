package dev.sluice.bpf;

import java.math.BigInteger;

/** Reads constants that must fit the immediate of an instruction. */
final class ImmediateParser {
  private static final BigInteger MIN = BigInteger.valueOf(Integer.MIN_VALUE);
  private static final BigInteger MAX_SIGNED = BigInteger.valueOf(Integer.MAX_VALUE);
  private static final BigInteger MAX_UNSIGNED = BigInteger.valueOf(0xffffffffL);

  private final TokenReader reader;
  private final ExpressionParser expressions;

  ImmediateParser(TokenReader reader, ExpressionParser expressions) {
    this.reader = reader;
    this.expressions = expressions;
  }

  /** Reads a constant for an instruction that works with this many bits. */
  int parse(Width width) {
    Token first = reader.peek();
    return check(first, expressions.parse(), width);
  }

  /** Reads a register of this width or a constant for it. */
  Operand parseOperand(Width width) {
    if (RegisterWord.of(reader.peek()).isPresent()) {
      return reader.expectRegister(width);
    }
    return new Immediate(parse(width));
  }

  /**
   * Checks a constant. With 32 bits, {@code 0xffffffff} and {@code -1} are the same; with 64 they
   * are not, and only the second fits.
   */
  static int check(Token at, BigInteger value, Width width) {
    BigInteger max = width == Width.W32 ? MAX_UNSIGNED : MAX_SIGNED;
    if (value.compareTo(MIN) >= 0 && value.compareTo(max) <= 0) {
      return value.intValue();
    }
    String advice =
        width == Width.W64
            ? ": an immediate has 32 bits and its sign is extended to 64;"
                + " load what does not fit with 'r1 = 0x... ll' or use w registers"
            : "";
    throw new AssemblyFault(
        at, "%s is out of range, it must be %s to %s%s".formatted(value, MIN, max, advice));
  }
}
