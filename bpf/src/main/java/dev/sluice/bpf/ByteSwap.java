package dev.sluice.bpf;

/** What {@link Arithmetic.SwapBytes} does. */
public enum ByteSwap {
  /** Converts between the machine's byte order and little endian; no change on most machines. */
  TO_LITTLE_ENDIAN("le"),
  /** Converts between the machine's byte order and big endian, the order of packet headers. */
  TO_BIG_ENDIAN("be"),
  /** Reverses the bytes on any machine. */
  REVERSE("bswap");

  private final String text;

  ByteSwap(String text) {
    this.text = text;
  }

  /** {@code le}, {@code be} or {@code bswap}. */
  public String text() {
    return text;
  }
}
