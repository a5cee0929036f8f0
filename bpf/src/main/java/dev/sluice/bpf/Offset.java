package dev.sluice.bpf;

/** The ranges of offsets in instructions. */
final class Offset {
  private Offset() {}

  /**
   * Checks an offset that is stored in 16 bits.
   *
   * @throws IllegalArgumentException if it does not fit
   */
  static void check16(String what, int offset) {
    if (!fits16(offset)) {
      throw new IllegalArgumentException(
          what + " " + offset + " is out of range: it must be -32768 to 32767");
    }
  }

  static boolean fits16(int offset) {
    return offset == (short) offset;
  }

  /**
   * Checks the size of a load from a packet by classic BPF.
   *
   * @throws IllegalArgumentException if it is 8 bytes
   */
  static void checkSkbLoad(MemorySize size) {
    if (size == MemorySize.DOUBLE) {
      throw new IllegalArgumentException("a load from skb[] takes 1, 2 or 4 bytes, not 8");
    }
  }
}
