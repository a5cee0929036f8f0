package dev.sluice.bpf;

/**
 * The bits of an instruction slot, as {@code include/uapi/linux/bpf.h} and {@code bpf_common.h}
 * define them. A slot has 8 bytes: opcode (1), registers (1: destination in the low four bits on a
 * little-endian machine, in the high four on a big-endian one), offset (2, signed), immediate (4,
 * signed); offset and immediate are in the machine's byte order.
 */
final class Opcode {
  /** Bytes in a slot. */
  static final int SLOT_BYTES = 8;

  static final int CLASS_MASK = 0x07;
  static final int CLASS_LD = 0x00;
  static final int CLASS_LDX = 0x01;
  static final int CLASS_ST = 0x02;
  static final int CLASS_STX = 0x03;
  static final int CLASS_ALU = 0x04;
  static final int CLASS_JMP = 0x05;
  static final int CLASS_JMP32 = 0x06;
  static final int CLASS_ALU64 = 0x07;

  static final int SIZE_MASK = 0x18;
  static final int SIZE_W = 0x00;
  static final int SIZE_H = 0x08;
  static final int SIZE_B = 0x10;
  static final int SIZE_DW = 0x18;

  static final int MODE_MASK = 0xe0;
  static final int MODE_IMM = 0x00;
  static final int MODE_ABS = 0x20;
  static final int MODE_IND = 0x40;
  static final int MODE_MEM = 0x60;
  static final int MODE_MEMSX = 0x80;

  /** A barrier the kernel inserts itself; seen in dumps only. */
  static final int MODE_NOSPEC = 0xc0;

  static final int MODE_ATOMIC = 0xc0;

  static final int SOURCE_MASK = 0x08;
  static final int SOURCE_K = 0x00;
  static final int SOURCE_X = 0x08;

  static final int OPERATION_MASK = 0xf0;
  static final int ALU_ADD = 0x00;
  static final int ALU_SUB = 0x10;
  static final int ALU_MUL = 0x20;
  static final int ALU_DIV = 0x30;
  static final int ALU_OR = 0x40;
  static final int ALU_AND = 0x50;
  static final int ALU_LSH = 0x60;
  static final int ALU_RSH = 0x70;
  static final int ALU_NEG = 0x80;
  static final int ALU_MOD = 0x90;
  static final int ALU_XOR = 0xa0;
  static final int ALU_MOV = 0xb0;
  static final int ALU_ARSH = 0xc0;
  static final int ALU_END = 0xd0;

  /** Offset of a division or remainder that is signed. */
  static final int OFFSET_SIGNED = 1;

  /** Offset of a 64-bit register move that casts between address spaces. */
  static final int OFFSET_ADDRESS_SPACE_CAST = 1;

  /**
   * Offset of a 64-bit register move that the kernel makes for per-CPU addresses; in dumps only.
   */
  static final int OFFSET_PERCPU_ADDRESS = -1;

  static final int JMP_JA = 0x00;
  static final int JMP_JEQ = 0x10;
  static final int JMP_JGT = 0x20;
  static final int JMP_JGE = 0x30;
  static final int JMP_JSET = 0x40;
  static final int JMP_JNE = 0x50;
  static final int JMP_JSGT = 0x60;
  static final int JMP_JSGE = 0x70;
  static final int JMP_CALL = 0x80;
  static final int JMP_EXIT = 0x90;
  static final int JMP_JLT = 0xa0;
  static final int JMP_JLE = 0xb0;
  static final int JMP_JSLT = 0xc0;
  static final int JMP_JSLE = 0xd0;
  static final int JMP_JCOND = 0xe0;

  /** Source register of a {@link #JMP_JCOND} that is {@code may_goto}. */
  static final int COND_MAY_GOTO = 0;

  /** Source registers of a 64-bit constant ({@code BPF_PSEUDO_*}). */
  static final int PSEUDO_NONE = 0;

  static final int PSEUDO_MAP_FD = 1;
  static final int PSEUDO_MAP_VALUE = 2;
  static final int PSEUDO_BTF_ID = 3;
  static final int PSEUDO_FUNC = 4;
  static final int PSEUDO_MAP_IDX = 5;
  static final int PSEUDO_MAP_IDX_VALUE = 6;

  /** Source registers of a call. */
  static final int CALL_HELPER = 0;

  static final int CALL_FUNCTION = 1;
  static final int CALL_KFUNC = 2;

  static final int ATOMIC_FETCH = 0x01;
  static final int ATOMIC_XCHG = 0xe1;
  static final int ATOMIC_CMPXCHG = 0xf1;
  static final int ATOMIC_LOAD_ACQUIRE = 0x100;
  static final int ATOMIC_STORE_RELEASE = 0x110;

  static final int LOAD_WIDE = CLASS_LD | SIZE_DW | MODE_IMM;
  static final int CALL = CLASS_JMP | JMP_CALL;
  static final int CALL_REGISTER = CLASS_JMP | JMP_CALL | SOURCE_X;
  static final int EXIT = CLASS_JMP | JMP_EXIT;
  static final int GOTO = CLASS_JMP | JMP_JA;
  static final int GOTO_LONG = CLASS_JMP32 | JMP_JA;
  static final int MAY_GOTO = CLASS_JMP | JMP_JCOND;

  private Opcode() {}
}
