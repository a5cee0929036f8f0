package dev.sluice.engine.filter;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.tc.BpfFilter.Classic.Instruction;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses programs in classic BPF that do not end or do what cannot be ({@code bpf_check_classic}
 * in {@code net/core/filter.c}). The kernel says EINVAL and no more; here the instruction is named.
 */
final class ClassicCheck {
  // What is loaded from the kernel's own knowledge (SKF_AD_*).
  static final int PROTOCOL = 0;
  static final int PACKET_TYPE = 4;
  static final int DEVICE_INDEX = 8;
  static final int NETLINK_ATTRIBUTE = 12;
  static final int NESTED_NETLINK_ATTRIBUTE = 16;
  static final int MARK = 20;
  static final int QUEUE = 24;
  static final int HARDWARE_TYPE = 28;
  static final int HASH = 32;
  static final int PROCESSOR = 36;
  static final int XOR_X = 40;
  static final int VLAN_TAG = 44;
  static final int VLAN_PRESENT = 48;
  static final int PAYLOAD_OFFSET = 52;
  static final int RANDOM = 56;
  static final int VLAN_PROTOCOL = 60;

  private final List<Instruction> instructions;
  private final FilterRequest request;

  private ClassicCheck(List<Instruction> instructions, FilterRequest request) {
    this.instructions = instructions;
    this.request = request;
  }

  /** Refuses a program that cannot be run. */
  static void check(List<Instruction> instructions, FilterRequest request) {
    new ClassicCheck(instructions, request).check();
  }

  private void check() {
    for (int i = 0; i < instructions.size(); i++) {
      String problem = problem(i);
      if (problem != null) {
        throw request.refused(Errno.EINVAL, null, "instruction " + i + " " + problem);
      }
    }
    int last = instructions.getLast().code();
    if (last != (ClassicProgram.RET | ClassicProgram.K)
        && last != (ClassicProgram.RET | ClassicProgram.A)) {
      throw request.refused(Errno.EINVAL, null, "the last instruction does not return");
    }
    checkMemory();
  }

  private @Nullable String problem(int at) {
    Instruction instruction = instructions.get(at);
    int code = instruction.code();
    int k = instruction.operand();
    if (!isKnown(code)) {
      return "has the unknown code 0x" + Integer.toHexString(code);
    }
    return switch (code & 7) {
      case ClassicProgram.ALU -> problemOfAlu(code, k);
      case ClassicProgram.ST, ClassicProgram.STX -> problemOfMemory(k);
      case ClassicProgram.JMP -> problemOfJump(at, instruction);
      case ClassicProgram.LD, ClassicProgram.LDX ->
          (code & 0xe0) == ClassicProgram.MEM
              ? problemOfMemory(k)
              : (code & 0xe0) == ClassicProgram.ABS ? problemOfLoad(k) : null;
      default -> null;
    };
  }

  private static @Nullable String problemOfAlu(int code, int k) {
    if ((code & ClassicProgram.X) != 0) {
      return null;
    }
    return switch (code & 0xf0) {
      case ClassicProgram.DIV, ClassicProgram.MOD -> k == 0 ? "divides by zero" : null;
      case ClassicProgram.LSH, ClassicProgram.RSH ->
          k < 0 || k >= 32 ? "shifts by " + Integer.toUnsignedString(k) + " bits" : null;
      default -> null;
    };
  }

  private static @Nullable String problemOfMemory(int k) {
    return k < 0 || k >= ClassicProgram.MEMORY_WORDS
        ? "uses word "
            + Integer.toUnsignedString(k)
            + " of "
            + ClassicProgram.MEMORY_WORDS
            + " of scratch memory"
        : null;
  }

  private @Nullable String problemOfJump(int at, Instruction jump) {
    int behind = instructions.size() - at - 1;
    boolean far =
        jump.code() == (ClassicProgram.JMP | ClassicProgram.JA)
            ? Integer.compareUnsigned(jump.operand(), behind) >= 0
            : jump.jumpTrue() >= behind || jump.jumpFalse() >= behind;
    return far ? "jumps behind the end" : null;
  }

  private @Nullable String problemOfLoad(int k) {
    if (k >= 0 || k < ClassicProgram.ANCILLARY) {
      return null;
    }
    return switch (k - ClassicProgram.ANCILLARY) {
      case PROTOCOL,
          PACKET_TYPE,
          DEVICE_INDEX,
          MARK,
          QUEUE,
          HARDWARE_TYPE,
          HASH,
          PROCESSOR,
          XOR_X,
          VLAN_TAG,
          VLAN_PRESENT,
          RANDOM,
          VLAN_PROTOCOL ->
          null;
      case NETLINK_ATTRIBUTE, NESTED_NETLINK_ATTRIBUTE ->
          throw request.unsupported(
              "classic BPF's load of a netlink attribute", "the engine has no netlink packets");
      case PAYLOAD_OFFSET ->
          throw request.unsupported(
              "classic BPF's load of the payload's offset", "the engine does not dissect flows");
      default -> "loads from " + k + ", where nothing is";
    };
  }

  private static boolean isKnown(int code) {
    return switch (code) {
      case 0x00, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x80 -> true; // to A
      case 0x01, 0x61, 0x81, 0xb1 -> true; // to X
      case 0x02, 0x03 -> true; // to memory
      case 0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c -> true;
      case 0x64, 0x6c, 0x74, 0x7c, 0x84, 0x94, 0x9c, 0xa4, 0xac -> true; // arithmetic
      case 0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d -> true; // jumps
      case 0x06, 0x16, 0x07, 0x87 -> true;
      default -> false;
    };
  }

  /**
   * Refuses loads from scratch memory that nothing was stored to ({@code check_load_and_stores}).
   */
  private void checkMemory() {
    int count = instructions.size();
    int[] stored = new int[count];
    Arrays.fill(stored, -1);
    int valid = 0;
    for (int at = 0; at < count; at++) {
      Instruction instruction = instructions.get(at);
      int k = instruction.operand();
      valid &= stored[at];
      switch (instruction.code()) {
        case ClassicProgram.ST, ClassicProgram.STX -> valid |= 1 << k;
        case ClassicProgram.LD | ClassicProgram.MEM, ClassicProgram.LDX | ClassicProgram.MEM -> {
          if ((valid & 1 << k) == 0) {
            throw request.refused(
                Errno.EINVAL,
                null,
                "instruction " + at + " loads word " + k + ", which nothing was stored to");
          }
        }
        case ClassicProgram.JMP | ClassicProgram.JA -> {
          stored[at + 1 + k] &= valid;
          valid = -1;
        }
        default -> {
          if ((instruction.code() & 7) == ClassicProgram.JMP) {
            stored[at + 1 + instruction.jumpTrue()] &= valid;
            stored[at + 1 + instruction.jumpFalse()] &= valid;
            valid = -1;
          }
        }
      }
    }
  }
}
