package dev.sluice.bpf;

/** How much of a register an instruction works with. A 32-bit result clears the upper half. */
public enum Width {
  /** The lower 32 bits, written {@code w0} to {@code w10}. */
  W32(32),
  /** All 64 bits, written {@code r0} to {@code r10}. */
  W64(64);

  private final int bits;

  Width(int bits) {
    this.bits = bits;
  }

  /** 32 or 64. */
  public int bits() {
    return bits;
  }
}
