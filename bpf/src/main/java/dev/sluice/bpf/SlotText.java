package dev.sluice.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One slot as the kernel prints it: {@code print_bpf_insn} in kernel/bpf/disasm.c, branch by
 * branch, so that any bytes give a text and those that are no instruction the kernel's own {@code
 * BUG_} texts. Map references are printed as bpftool does ({@code print_imm} in
 * tools/bpf/bpftool/xlated_dumper.c).
 */
final class SlotText {
  private static final String[] ALU = {
    "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "neg", "%=", "^=", "=", "s>>=", "endian",
    "(null)", "(null)"
  };
  private static final String[] JUMP = {
    "jmp", "==", ">", ">=", "&", "!=", "s>", "s>=", "call", "exit", "<", "<=", "s<", "s<=",
    "(null)", "(null)"
  };

  private final int opcode;
  private final int destination;
  private final int source;
  private final int offset;
  private final int immediate;

  /** The immediate of the next slot, for a 64-bit constant. */
  private final int nextImmediate;

  /**
   * @param slots holds at least one slot from {@code at}; the next is looked at if it is there
   */
  SlotText(ByteBuffer slots, int at) {
    opcode = slots.get(at) & 0xff;
    int registers = slots.get(at + 1) & 0xff;
    boolean little = slots.order() == ByteOrder.LITTLE_ENDIAN;
    destination = little ? registers & 0xf : registers >> 4;
    source = little ? registers >> 4 : registers & 0xf;
    offset = slots.getShort(at + 2);
    immediate = slots.getInt(at + 4);
    int next = at + Opcode.SLOT_BYTES;
    nextImmediate = next + Opcode.SLOT_BYTES <= slots.limit() ? slots.getInt(next + 4) : 0;
  }

  /** Whether the next slot belongs to this one. */
  boolean isWide() {
    return opcode == Opcode.LOAD_WIDE;
  }

  /** The text, with the opcode in parentheses except in a {@code BUG_} text. */
  String text() {
    return text(constantText());
  }

  /**
   * The text.
   *
   * @param constant what a 64-bit constant is printed as
   */
  String text(String constant) {
    return switch (opcode & Opcode.CLASS_MASK) {
      case Opcode.CLASS_ALU, Opcode.CLASS_ALU64 -> code(arithmetic());
      case Opcode.CLASS_STX -> storeRegister();
      case Opcode.CLASS_ST ->
          switch (opcode & Opcode.MODE_MASK) {
            case Opcode.MODE_MEM -> code("%s = %d".formatted(memory(destination), immediate));
            case Opcode.MODE_NOSPEC -> code("nospec");
            default -> bug("BUG_st_");
          };
      case Opcode.CLASS_LDX -> load();
      case Opcode.CLASS_LD -> constantOrPacketLoad(constant);
      default -> jump();
    };
  }

  private String arithmetic() {
    boolean wide = (opcode & Opcode.CLASS_MASK) == Opcode.CLASS_ALU64;
    int operation = opcode & Opcode.OPERATION_MASK;
    boolean fromRegister = (opcode & Opcode.SOURCE_MASK) == Opcode.SOURCE_X;
    String w = wide ? "r" : "w";
    if (operation == Opcode.ALU_END) {
      String swap = wide ? "bswap" : fromRegister ? "be" : "le";
      return "r%d = %s%d r%d".formatted(destination, swap, immediate, destination);
    }
    if (operation == Opcode.ALU_NEG) {
      return "%s%d = -%s%d".formatted(w, destination, w, destination);
    }
    boolean move = operation == Opcode.ALU_MOV;
    if (wide && move && fromRegister && offset == Opcode.OFFSET_ADDRESS_SPACE_CAST) {
      return "r%d = addr_space_cast(r%d, %d, %d)"
          .formatted(destination, source, immediate >>> 16, immediate & 0xffff);
    }
    if (wide && move && fromRegister && offset == Opcode.OFFSET_PERCPU_ADDRESS) {
      return "r%d = &(void __percpu *)(r%d)".formatted(destination, source);
    }
    boolean division = operation == Opcode.ALU_DIV || operation == Opcode.ALU_MOD;
    String sign = division && offset == Opcode.OFFSET_SIGNED ? "s" : "";
    String operator = sign + ALU[operation >> 4];
    if (!fromRegister) {
      return "%s%d %s %d".formatted(w, destination, operator, immediate);
    }
    boolean extendsSign = move && (offset == 8 || offset == 16 || offset == 32);
    String cast = extendsSign ? "(s" + offset + ")" : "";
    return "%s%d %s %s%s%d".formatted(w, destination, operator, cast, w, source);
  }

  private String storeRegister() {
    int mode = opcode & Opcode.MODE_MASK;
    if (mode == Opcode.MODE_MEM) {
      return code("%s = r%d".formatted(memory(destination), source));
    }
    if (mode != Opcode.MODE_ATOMIC) {
      return bug("BUG_");
    }
    String size = (opcode & Opcode.SIZE_MASK) == Opcode.SIZE_DW ? "64" : "";
    String place = "(%s *)(r%d %+d)".formatted(unsigned(), destination, offset);
    return switch (immediate) {
      case Opcode.ALU_ADD, Opcode.ALU_AND, Opcode.ALU_OR, Opcode.ALU_XOR ->
          code("lock *%s %s r%d".formatted(place, ALU[immediate >> 4], source));
      case Opcode.ALU_ADD | Opcode.ATOMIC_FETCH -> fetch(size, "fetch_add", place);
      case Opcode.ALU_AND | Opcode.ATOMIC_FETCH -> fetch(size, "fetch_and", place);
      case Opcode.ALU_OR | Opcode.ATOMIC_FETCH -> fetch(size, "fetch_or", place);
      case Opcode.ALU_XOR | Opcode.ATOMIC_FETCH -> fetch(size, "fetch_xor", place);
      case Opcode.ATOMIC_XCHG -> fetch(size, "xchg", place);
      case Opcode.ATOMIC_CMPXCHG ->
          code("r0 = atomic%s_cmpxchg(%s, r0, r%d)".formatted(size, place, source));
      case Opcode.ATOMIC_LOAD_ACQUIRE ->
          code(
              "r%d = load_acquire((%s *)(r%d %+d))"
                  .formatted(destination, unsigned(), source, offset));
      case Opcode.ATOMIC_STORE_RELEASE -> code("store_release(%s, r%d)".formatted(place, source));
      default -> bug("BUG_");
    };
  }

  private String fetch(String size, String name, String place) {
    return code("r%d = atomic%s_%s(%s, r%d)".formatted(source, size, name, place, source));
  }

  private String load() {
    int mode = opcode & Opcode.MODE_MASK;
    if (mode == Opcode.MODE_MEM) {
      return code("r%d = %s".formatted(destination, memory(source)));
    }
    if (mode != Opcode.MODE_MEMSX) {
      return bug("BUG_ldx_");
    }
    String type =
        (opcode & Opcode.SIZE_MASK) == Opcode.SIZE_DW
            ? "(null)"
            : "s" + MemorySize.ofOpcode(opcode).bits();
    return code("r%d = *(%s *)(r%d %+d)".formatted(destination, type, source, offset));
  }

  private String constantOrPacketLoad(String constant) {
    int mode = opcode & Opcode.MODE_MASK;
    if (mode == Opcode.MODE_ABS) {
      return code("r0 = *(%s *)skb[%d]".formatted(unsigned(), immediate));
    }
    if (mode == Opcode.MODE_IND) {
      return code("r0 = *(%s *)skb[r%d + %d]".formatted(unsigned(), source, immediate));
    }
    if (opcode != Opcode.LOAD_WIDE) {
      return bug("BUG_ld_");
    }
    return code("r%d = %s".formatted(destination, constant));
  }

  private String constantText() {
    return switch (source) {
      case Opcode.PSEUDO_MAP_FD -> "map[id:%d]".formatted(immediate);
      case Opcode.PSEUDO_MAP_VALUE -> "map[id:%d][0]+%d".formatted(immediate, nextImmediate);
      case Opcode.PSEUDO_MAP_IDX -> "map[idx:%d]".formatted(immediate);
      case Opcode.PSEUDO_MAP_IDX_VALUE -> "map[idx:%d]+%d".formatted(immediate, nextImmediate);
      case Opcode.PSEUDO_FUNC -> "subprog[%+d]".formatted(immediate);
      default -> "0x%x".formatted((long) nextImmediate << 32 | Integer.toUnsignedLong(immediate));
    };
  }

  private String jump() {
    boolean wide = (opcode & Opcode.CLASS_MASK) == Opcode.CLASS_JMP;
    int operation = opcode & Opcode.OPERATION_MASK;
    if (operation == Opcode.JMP_CALL) {
      return source == Opcode.CALL_FUNCTION
          ? code("call pc%+d".formatted(immediate))
          : code("call %s#%d".formatted(functionName(), immediate));
    }
    boolean mayGoto = opcode == Opcode.MAY_GOTO && source == Opcode.COND_MAY_GOTO;
    return switch (opcode) {
      case Opcode.GOTO -> code("goto pc%+d".formatted(offset));
      case Opcode.GOTO_LONG -> code("gotol pc%+d".formatted(immediate));
      case Opcode.EXIT -> code("exit");
      default -> mayGoto ? code("may_goto pc%+d".formatted(offset)) : branch(wide);
    };
  }

  private String branch(boolean wide) {
    String w = wide ? "r" : "w";
    String condition = JUMP[opcode >> 4];
    if ((opcode & Opcode.SOURCE_MASK) == Opcode.SOURCE_X) {
      return code(
          "if %s%d %s %s%d goto pc%+d".formatted(w, destination, condition, w, source, offset));
    }
    return code(
        "if %s%d %s 0x%x goto pc%+d".formatted(w, destination, condition, immediate, offset));
  }

  private String functionName() {
    if (source == Opcode.CALL_HELPER) {
      if (immediate == 0) {
        return "bpf_unspec";
      }
      return HelperFunction.find(immediate).map(HelperFunction::kernelName).orElse("unknown");
    }
    return source == Opcode.CALL_KFUNC ? "kernel-function" : "unknown";
  }

  private String unsigned() {
    return MemorySize.ofOpcode(opcode).text();
  }

  private String memory(int base) {
    return "*(%s *)(r%d %+d)".formatted(unsigned(), base, offset);
  }

  private String code(String text) {
    return "(%02x) ".formatted(opcode) + text;
  }

  private String bug(String name) {
    return name + "%02x".formatted(opcode);
  }
}
