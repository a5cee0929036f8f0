package dev.sluice.bpf.verdict;

import dev.sluice.bpf.Bytecode;
import dev.sluice.bpf.Instruction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Reads translated instructions: what the verifier made of a program, which has instructions and
 * fields that programs cannot have ({@code bpf_insn_prepare_dump} in {@code kernel/bpf/syscall.c},
 * {@code jit_subprogs} in {@code kernel/bpf/verifier.c}).
 */
final class TranslatedCode {
  private static final int CALL = 0x85;
  private static final int CALL_FUNCTION = 1;
  private static final int LOAD_WIDE = 0x18;
  private static final int PSEUDO_FUNC = 4;
  private static final int MOVE = 0xbf;
  private static final int LOAD_DOUBLE = 0x79;
  private static final int NO_SPECULATION = 0xc2;
  private static final int GOTO = 0x05;
  private static final int MODE_MASK = 0xe0;
  private static final int MODE_MEM = 0x60;
  private static final int MODE_ATOMIC = 0xc0;

  private TranslatedCode() {}

  /**
   * Whether the offsets of calls are whole: the kernel keeps them in 16 bits of the instruction,
   * and cuts off the rest.
   */
  static boolean tellsFunctions(byte[] translated) {
    return translated.length / Bytecode.SLOT_BYTES <= Short.MAX_VALUE;
  }

  /**
   * The instructions, each as the nearest one that a program can have.
   *
   * @throws dev.sluice.bpf.InvalidBytecodeException at an instruction that is not known
   */
  static List<Instruction> decode(byte[] translated, ByteOrder order) {
    ByteBuffer code = ByteBuffer.wrap(translated.clone()).order(order);
    for (int at = 0; at + Bytecode.SLOT_BYTES <= code.capacity(); at += Bytecode.SLOT_BYTES) {
      int opcode = Byte.toUnsignedInt(code.get(at));
      int registers = Byte.toUnsignedInt(code.get(at + 1));
      int source = order == ByteOrder.LITTLE_ENDIAN ? registers >>> 4 : registers & 0xf;
      short offset = code.getShort(at + 2);
      if (opcode == CALL) {
        if (source == CALL_FUNCTION && offset != 0) {
          // Where the function's number is now, the distance was; without a compiler, it still is.
          code.putInt(at + 4, offset);
        }
        code.putShort(at + 2, (short) 0);
      } else if (opcode == LOAD_WIDE) {
        at += Bytecode.SLOT_BYTES;
        if (source == PSEUDO_FUNC && at + Bytecode.SLOT_BYTES <= code.capacity()) {
          code.putInt(at + 4, 0);
        }
      } else if (opcode == MOVE && offset == -1) {
        // The address of this processor's copy: as unknown as something loaded.
        code.put(at, (byte) LOAD_DOUBLE).putShort(at + 2, (short) 0);
      } else if (opcode == NO_SPECULATION) {
        code.putLong(at, 0).put(at, (byte) GOTO);
      } else {
        code.put(at, (byte) withoutFaults(opcode));
      }
    }
    return Bytecode.decode(code.array(), order);
  }

  /** Accesses that may fault, such as those to an arena, have modes of their own. */
  private static int withoutFaults(int opcode) {
    int instructionClass = opcode & 7;
    if (instructionClass < 1 || instructionClass > 3) {
      return opcode;
    }
    return switch (opcode & MODE_MASK) {
      case 0x20, 0x40, 0xa0 -> (opcode & ~MODE_MASK) | MODE_MEM;
      case 0xe0 -> (opcode & ~MODE_MASK) | MODE_ATOMIC;
      default -> opcode;
    };
  }
}
