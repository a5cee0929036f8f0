package dev.sluice.bpf;

/**
 * A 32-bit constant in an instruction. A 64-bit instruction extends its sign, so that {@code -1}
 * means all 64 bits set; a constant that does not fit needs {@link Constant.Wide}.
 *
 * @param value any 32-bit number
 */
public record Immediate(int value) implements Operand {
  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
