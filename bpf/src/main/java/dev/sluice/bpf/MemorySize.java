package dev.sluice.bpf;

/** How many bytes a load or store moves. */
public enum MemorySize {
  /** One byte, {@code u8}. */
  BYTE(1, Opcode.SIZE_B),
  /** Two bytes, {@code u16}. */
  HALF(2, Opcode.SIZE_H),
  /** Four bytes, {@code u32}. */
  WORD(4, Opcode.SIZE_W),
  /** Eight bytes, {@code u64}. */
  DOUBLE(8, Opcode.SIZE_DW);

  private final int bytes;
  private final int code;

  MemorySize(int bytes, int code) {
    this.bytes = bytes;
    this.code = code;
  }

  /** 1, 2, 4 or 8. */
  public int bytes() {
    return bytes;
  }

  /** 8, 16, 32 or 64. */
  public int bits() {
    return bytes * 8;
  }

  /** The unsigned type of this size, {@code u8} to {@code u64}. */
  public String text() {
    return "u" + bits();
  }

  /** The size bits of the opcode ({@code BPF_B}, {@code BPF_H}, {@code BPF_W}, {@code BPF_DW}). */
  int code() {
    return code;
  }

  /** The size in an opcode; every pattern of the two bits is one. */
  static MemorySize ofOpcode(int opcode) {
    return switch (opcode & Opcode.SIZE_MASK) {
      case Opcode.SIZE_B -> BYTE;
      case Opcode.SIZE_H -> HALF;
      case Opcode.SIZE_W -> WORD;
      default -> DOUBLE;
    };
  }
}
