package dev.sluice.engine.filter;

import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.List;

/**
 * A program in classic BPF at work, interpreted ({@code net/core/filter.c}). It sees the packet
 * from its Ethernet header. A load from behind the packet's end leaves 0.
 */
final class ClassicProgram {
  /** Words of scratch memory ({@code BPF_MEMWORDS}). */
  static final int MEMORY_WORDS = 16;

  /** Where loads are from the kernel's own knowledge of the packet ({@code SKF_AD_OFF}). */
  static final int ANCILLARY = -0x1000;

  /** Where offsets from the network header begin ({@code SKF_NET_OFF}). */
  private static final int FROM_NETWORK_HEADER = -0x100000;

  /** Where offsets from the Ethernet header begin ({@code SKF_LL_OFF}). */
  private static final int FROM_LINK_HEADER = -0x200000;

  // Instruction classes and what goes with them (include/uapi/linux/bpf_common.h).
  static final int LD = 0x00;
  static final int LDX = 0x01;
  static final int ST = 0x02;
  static final int STX = 0x03;
  static final int ALU = 0x04;
  static final int JMP = 0x05;
  static final int RET = 0x06;
  static final int MISC = 0x07;
  static final int W = 0x00;
  static final int H = 0x08;
  static final int B = 0x10;
  static final int IMM = 0x00;
  static final int ABS = 0x20;
  static final int IND = 0x40;
  static final int MEM = 0x60;
  static final int LEN = 0x80;
  static final int MSH = 0xa0;
  static final int ADD = 0x00;
  static final int SUB = 0x10;
  static final int MUL = 0x20;
  static final int DIV = 0x30;
  static final int OR = 0x40;
  static final int AND = 0x50;
  static final int LSH = 0x60;
  static final int RSH = 0x70;
  static final int NEG = 0x80;
  static final int MOD = 0x90;
  static final int XOR = 0xa0;
  static final int JA = 0x00;
  static final int JEQ = 0x10;
  static final int JGT = 0x20;
  static final int JGE = 0x30;
  static final int JSET = 0x40;
  static final int K = 0x00;
  static final int X = 0x08;
  static final int A = 0x10;
  static final int TAX = 0x00;
  static final int TXA = 0x80;

  private final int[] codes;
  private final int[] jumpsTrue;
  private final int[] jumpsFalse;
  private final int[] operands;
  private final int[] memory = new int[MEMORY_WORDS];
  private final FilterScene scene;

  /** Whether the last load was outside of the packet. */
  private boolean outside;

  /** A program that {@link ClassicCheck} accepted. */
  ClassicProgram(List<BpfFilter.Classic.Instruction> instructions, FilterScene scene) {
    this.scene = scene;
    int count = instructions.size();
    codes = new int[count];
    jumpsTrue = new int[count];
    jumpsFalse = new int[count];
    operands = new int[count];
    for (int i = 0; i < count; i++) {
      BpfFilter.Classic.Instruction instruction = instructions.get(i);
      codes[i] = instruction.code();
      jumpsTrue[i] = instruction.jumpTrue();
      jumpsFalse[i] = instruction.jumpFalse();
      operands[i] = instruction.operand();
    }
  }

  /** Runs it on a packet; what it returns, as a number of 32 bits. */
  int run(SocketBuffer packet) {
    int a = 0;
    int x = 0;
    for (int i = 0; ; i++) {
      int code = codes[i];
      int k = operands[i];
      switch (code) {
        case LD | W | ABS, LD | H | ABS, LD | B | ABS -> {
          a =
              k >= ANCILLARY && k < 0
                  ? ancillary(packet, k - ANCILLARY, a, x)
                  : load(packet, code, k);
          if (outside) {
            return 0;
          }
        }
        case LD | W | IND, LD | H | IND, LD | B | IND -> {
          a = load(packet, code, x + k);
          if (outside) {
            return 0;
          }
        }
        case LDX | B | MSH -> {
          x = (load(packet, code, k) & 0xf) << 2;
          if (outside) {
            return 0;
          }
        }
        case LD | IMM -> a = k;
        case LDX | IMM -> x = k;
        case LD | MEM -> a = memory[k];
        case LDX | MEM -> x = memory[k];
        case LD | W | LEN -> a = packet.length;
        case LDX | W | LEN -> x = packet.length;
        case ST -> memory[k] = a;
        case STX -> memory[k] = x;
        case MISC | TAX -> x = a;
        case MISC | TXA -> a = x;
        case RET | K -> {
          return k;
        }
        case RET | A -> {
          return a;
        }
        case JMP | JA -> i += k;
        case ALU | NEG -> a = -a;
        default -> {
          int operand = (code & X) == 0 ? k : x;
          if ((code & 7) == JMP) {
            i += holds(code, a, operand) ? jumpsTrue[i] : jumpsFalse[i];
          } else {
            int operation = code & 0xf0;
            if (operand == 0 && (operation == DIV || operation == MOD)) {
              return 0;
            }
            a = compute(operation, a, operand);
          }
        }
      }
    }
  }

  private static boolean holds(int code, int a, int operand) {
    return switch (code & 0xf0) {
      case JEQ -> a == operand;
      case JGT -> Integer.compareUnsigned(a, operand) > 0;
      case JGE -> Integer.compareUnsigned(a, operand) >= 0;
      case JSET -> (a & operand) != 0;
      default -> throw new AssertionError("an instruction that is checked: " + code);
    };
  }

  private static int compute(int operation, int a, int operand) {
    return switch (operation) {
      case ADD -> a + operand;
      case SUB -> a - operand;
      case MUL -> a * operand;
      case DIV -> Integer.divideUnsigned(a, operand);
      case MOD -> Integer.remainderUnsigned(a, operand);
      case OR -> a | operand;
      case AND -> a & operand;
      case XOR -> a ^ operand;
      case LSH -> a << operand;
      case RSH -> a >>> operand;
      default -> throw new AssertionError("an instruction that is checked: " + operation);
    };
  }

  /** Loads a big-endian number of the packet. */
  private int load(SocketBuffer packet, int code, int offset) {
    int size = (code & 0x18) == W ? 4 : (code & 0x18) == H ? 2 : 1;
    int at = offset;
    if (offset < 0) {
      if (offset >= FROM_NETWORK_HEADER) {
        at = offset - FROM_NETWORK_HEADER + NetworkHeader.offset(packet);
      } else if (offset >= FROM_LINK_HEADER) {
        at = offset - FROM_LINK_HEADER;
      }
    }
    outside = at < 0 || at > packet.end - packet.head - size;
    if (outside) {
      return 0;
    }
    byte[] bytes = packet.bytes;
    int from = packet.head + at;
    int value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | (bytes[from + i] & 0xff);
    }
    return value;
  }

  /** What the kernel knows of the packet beside its bytes ({@code bpf_convert_ctx_access}). */
  private int ancillary(SocketBuffer packet, int which, int a, int x) {
    outside = false;
    return switch (which) {
      case ClassicCheck.PROTOCOL -> packet.protocol;
      case ClassicCheck.PACKET_TYPE -> packet.packetType;
      case ClassicCheck.DEVICE_INDEX -> packet.deviceIndex;
      case ClassicCheck.MARK -> packet.mark;
      case ClassicCheck.QUEUE -> packet.queueMapping;
      case ClassicCheck.HARDWARE_TYPE -> 1; // ARPHRD_ETHER
      case ClassicCheck.HASH -> packet.hash;
      case ClassicCheck.PROCESSOR -> 0;
      case ClassicCheck.XOR_X -> a ^ x;
      case ClassicCheck.VLAN_TAG -> packet.vlanPresent ? packet.vlanTag : 0;
      case ClassicCheck.VLAN_PRESENT -> packet.vlanPresent ? 1 : 0;
      case ClassicCheck.VLAN_PROTOCOL -> packet.vlanPresent ? packet.vlanProtocol : 0;
      case ClassicCheck.RANDOM -> scene.random();
      default -> throw new AssertionError("a load that is checked: " + which);
    };
  }
}
