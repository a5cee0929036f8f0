package dev.sluice.bpf;

/** Bytes that are no eBPF instructions. */
public final class InvalidBytecodeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  /**
   * @param offset bytes from the start of the program to the slot that is wrong
   * @param reason what is wrong with it
   */
  InvalidBytecodeException(int offset, String reason) {
    super(
        "invalid instruction at byte %d (slot %d): %s"
            .formatted(offset, offset / Opcode.SLOT_BYTES, reason));
    this.offset = offset;
  }

  /** Bytes from the start of the program to the slot that is wrong. */
  public int offset() {
    return offset;
  }
}
