package dev.sluice.bpf.btf;

/** Bytes that are no BTF. */
public final class InvalidBtfException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  /**
   * @param offset bytes from the start of the blob to what is wrong
   * @param reason what is wrong there
   */
  InvalidBtfException(int offset, String reason) {
    super("invalid BTF at byte " + offset + ": " + reason);
    this.offset = offset;
  }

  /** Bytes from the start of the blob to what is wrong. */
  public int offset() {
    return offset;
  }
}
