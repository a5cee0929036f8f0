package dev.sluice.bpf;

/** Instructions that compute in registers ({@code BPF_ALU} and {@code BPF_ALU64}). */
public sealed interface Arithmetic extends Instruction {
  /** The register that is written. */
  Register destination();

  /**
   * {@code r1 += r2}, {@code w1 = 5} and their kin: {@code destination = destination operator
   * source}, or a move.
   */
  record Binary(Width width, ArithmeticOperator operator, Register destination, Operand source)
      implements Arithmetic {}

  /** {@code r1 = -r1}. */
  record Negate(Width width, Register destination) implements Arithmetic {}

  /**
   * {@code r1 = (s8)r2}: moves the lower bits and extends their sign over {@code width}.
   *
   * @param bits how many bits are taken: 8, 16, or with {@link Width#W64} also 32
   */
  record MoveSigned(Width width, int bits, Register destination, Register source)
      implements Arithmetic {
    /**
     * @throws IllegalArgumentException if {@code bits} is none of 8, 16, 32 or not below the width
     */
    public MoveSigned {
      if ((bits != 8 && bits != 16 && bits != 32) || bits >= width.bits()) {
        throw new IllegalArgumentException(
            "sign extension of %d bits to %d: only 8, 16 and, to 64, 32 bits"
                .formatted(bits, width.bits()));
      }
    }
  }

  /**
   * {@code r1 = be16 r1}: reorders the lower bytes and clears those above.
   *
   * @param bits how many bits are kept: 16, 32 or 64
   */
  record SwapBytes(ByteSwap swap, int bits, Register destination) implements Arithmetic {
    /**
     * @throws IllegalArgumentException if {@code bits} is none of 16, 32, 64
     */
    public SwapBytes {
      if (bits != 16 && bits != 32 && bits != 64) {
        throw new IllegalArgumentException("byte swap of " + bits + " bits: only 16, 32 and 64");
      }
    }
  }

  /**
   * {@code r1 = addr_space_cast(r2, 0, 1)}: turns an address of one space into one of another; an
   * arena is space 1.
   *
   * @param toSpace 0 to 65535
   * @param fromSpace 0 to 65535
   */
  record CastAddressSpace(Register destination, Register source, int toSpace, int fromSpace)
      implements Arithmetic {
    /**
     * @throws IllegalArgumentException if a space is out of range
     */
    public CastAddressSpace {
      if ((toSpace & 0xffff) != toSpace || (fromSpace & 0xffff) != fromSpace) {
        throw new IllegalArgumentException(
            "address spaces %d and %d: each must be 0 to 65535".formatted(toSpace, fromSpace));
      }
    }
  }

  /** A move of a whole register or a sign-extended constant. */
  static Binary move(Register destination, Operand source) {
    return new Binary(Width.W64, ArithmeticOperator.MOV, destination, source);
  }

  /** A move of a sign-extended constant. */
  static Binary move(Register destination, int value) {
    return move(destination, new Immediate(value));
  }

  /** A 64-bit operation. */
  static Binary of(ArithmeticOperator operator, Register destination, Operand source) {
    return new Binary(Width.W64, operator, destination, source);
  }

  /** A 64-bit operation with a sign-extended constant. */
  static Binary of(ArithmeticOperator operator, Register destination, int value) {
    return of(operator, destination, new Immediate(value));
  }

  /** A 32-bit operation. */
  static Binary of32(ArithmeticOperator operator, Register destination, Operand source) {
    return new Binary(Width.W32, operator, destination, source);
  }

  /** A 32-bit operation with a constant. */
  static Binary of32(ArithmeticOperator operator, Register destination, int value) {
    return of32(operator, destination, new Immediate(value));
  }
}
