package dev.sluice.bpf;

/**
 * A register of the eBPF machine. R0 holds results, R1 to R5 arguments (a call destroys them), R6
 * to R9 are kept over calls and R10 is the read-only frame pointer.
 */
public enum Register implements Operand {
  R0(0),
  R1(1),
  R2(2),
  R3(3),
  R4(4),
  R5(5),
  R6(6),
  R7(7),
  R8(8),
  R9(9),
  R10(10);

  private static final Register[] BY_NUMBER = values();

  private final int number;

  Register(int number) {
    this.number = number;
  }

  /** The number in the wire format, 0 to 10. */
  public int number() {
    return number;
  }

  /** The name of the whole 64-bit register, {@code r0} to {@code r10}. */
  public String text() {
    return "r" + number;
  }

  /** The name when an instruction works with this many bits of it: {@code r3} or {@code w3}. */
  public String text(Width width) {
    return (width == Width.W64 ? "r" : "w") + number;
  }

  /**
   * The register with this number.
   *
   * @param number 0 to 10
   * @throws IllegalArgumentException if there is no such register
   */
  public static Register of(int number) {
    if (number < 0 || number >= BY_NUMBER.length) {
      throw new IllegalArgumentException("no register r" + number + ": registers are r0 to r10");
    }
    return BY_NUMBER[number];
  }
}
