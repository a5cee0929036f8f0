package dev.sluice.engine.vm;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.helper.Helper;
import dev.sluice.engine.map.EngineMap;
import java.util.Map;

/**
 * Runs a program instruction by instruction. The rules are those of {@code ___bpf_prog_run} in
 * {@code kernel/bpf/core.c}, and what the verifier's rewrites add: division by zero gives 0, the
 * remainder of it leaves the register as it is, shifts count modulo the width.
 */
public final class Interpreter implements Executable, Execution.Functions {
  private static final long LOW = 0xffff_ffffL;

  private final Image image;

  private Interpreter(Image image) {
    this.image = image;
  }

  /**
   * Makes a program ready to run.
   *
   * @param maps the maps that it names; may hold more
   */
  public static Executable of(ProgramSpec spec, Map<String, EngineMap> maps) {
    return of(ImageBuilder.build(spec, maps));
  }

  static Executable of(Image image) {
    return new Interpreter(image);
  }

  @Override
  public long run(Execution execution) {
    Execution.Functions caller = execution.functions;
    execution.functions = this;
    long[] registers = execution.registers[execution.depth];
    registers[1] = Address.of(Address.CONTEXT, 0);
    try {
      return start(execution, registers, 0);
    } finally {
      execution.functions = caller;
    }
  }

  @Override
  public long call(Execution execution, int slot, long r1, long r2, long r3, long r4) {
    long[] registers = enter(execution, slot);
    registers[1] = r1;
    registers[2] = r2;
    registers[3] = r3;
    registers[4] = r4;
    registers[5] = 0;
    try {
      return start(execution, registers, slot);
    } finally {
      execution.depth--;
    }
  }

  /** Goes one frame deeper; whoever does must come back. */
  private long[] enter(Execution execution, int slot) {
    if (execution.depth + 1 == Address.MAX_FRAMES) {
      throw new Fault("the call stack of 8 frames is too deep");
    }
    if (slot < 0 || slot >= image.slots() || image.operation[slot] == Operation.NONE) {
      throw new Fault("there is no function at instruction " + slot);
    }
    execution.burn();
    execution.depth++;
    return execution.registers[execution.depth];
  }

  private long start(Execution execution, long[] registers, int slot) {
    registers[10] = Address.of(Address.STACK + execution.depth, Address.STACK_BYTES);
    return interpret(execution, registers, slot);
  }

  private long callFunction(Execution execution, long[] from, int slot) {
    long[] registers = enter(execution, slot);
    System.arraycopy(from, 1, registers, 1, 5);
    try {
      return start(execution, registers, slot);
    } finally {
      execution.depth--;
    }
  }

  @SuppressWarnings("StatementSwitchToExpressionSwitch") // one assignment each, some none
  private long interpret(Execution execution, long[] r, int first) {
    byte[] operation = image.operation;
    byte[] destination = image.destination;
    byte[] source = image.source;
    int[] offset = image.offset;
    long[] value = image.value;
    int pc = first;
    try {
      while (true) {
        int d = destination[pc];
        int s = source[pc];
        long x = s >= 0 ? r[s] : value[pc];
        switch (operation[pc]) {
          case Operation.ADD -> r[d] += x;
          case Operation.SUB -> r[d] -= x;
          case Operation.MUL -> r[d] *= x;
          case Operation.DIV -> r[d] = RareArithmetic.divide(r[d], x);
          case Operation.SIGNED_DIV -> r[d] = RareArithmetic.divideSigned(r[d], x);
          case Operation.OR -> r[d] |= x;
          case Operation.AND -> r[d] &= x;
          case Operation.LSH -> r[d] <<= x;
          case Operation.RSH -> r[d] >>>= x;
          case Operation.MOD -> r[d] = RareArithmetic.remainder(r[d], x);
          case Operation.SIGNED_MOD -> r[d] = RareArithmetic.remainderSigned(r[d], x);
          case Operation.XOR -> r[d] ^= x;
          case Operation.MOV -> r[d] = x;
          case Operation.CONSTANT -> {
            r[d] = x;
            pc += 2;
            continue;
          }
          case Operation.ARSH -> r[d] >>= x;
          case Operation.ADD32 -> r[d] = (r[d] + x) & LOW;
          case Operation.SUB32 -> r[d] = (r[d] - x) & LOW;
          case Operation.MUL32 -> r[d] = (r[d] * x) & LOW;
          case Operation.OR32 -> r[d] = (r[d] | x) & LOW;
          case Operation.AND32 -> r[d] = r[d] & x & LOW;
          case Operation.LSH32 -> r[d] = ((int) r[d] << (int) x) & LOW;
          case Operation.RSH32 -> r[d] = ((int) r[d] >>> (int) x) & LOW;
          case Operation.XOR32 -> r[d] = (r[d] ^ x) & LOW;
          case Operation.MOV32 -> r[d] = x & LOW;
          case Operation.ARSH32 -> r[d] = ((int) r[d] >> (int) x) & LOW;
          case Operation.NEG -> r[d] = -r[d];
          case Operation.NEG32 -> r[d] = -r[d] & LOW;
          case Operation.DIV32,
              Operation.SIGNED_DIV32,
              Operation.MOD32,
              Operation.SIGNED_MOD32,
              Operation.MOVS,
              Operation.MOVS32,
              Operation.SWAP,
              Operation.CUT ->
              r[d] = RareArithmetic.compute(operation[pc], r[d], x, offset[pc]);
          case Operation.LOAD8 -> r[d] = load(execution, x + offset[pc], 1);
          case Operation.LOAD16 -> r[d] = load(execution, x + offset[pc], 2);
          case Operation.LOAD32 -> r[d] = load(execution, x + offset[pc], 4);
          case Operation.LOAD64 -> r[d] = load(execution, x + offset[pc], 8);
          case Operation.LOADS8 -> r[d] = (byte) load(execution, x + offset[pc], 1);
          case Operation.LOADS16 -> r[d] = (short) load(execution, x + offset[pc], 2);
          case Operation.LOADS32 -> r[d] = (int) load(execution, x + offset[pc], 4);
          case Operation.STORE8 -> store(execution, r[d] + offset[pc], 1, x, s);
          case Operation.STORE16 -> store(execution, r[d] + offset[pc], 2, x, s);
          case Operation.STORE32 -> store(execution, r[d] + offset[pc], 4, x, s);
          case Operation.STORE64 -> store(execution, r[d] + offset[pc], 8, x, s);
          case Operation.LOAD_PACKET -> {
            long loaded = PacketLoad.load(execution.packet, offset[pc] + (int) x, 1 << d);
            if (loaded < 0) {
              return 0;
            }
            r[0] = loaded;
          }
          case Operation.ATOMIC -> atomic(execution, r, pc);
          case Operation.GOTO -> {
            if (offset[pc] <= pc) {
              execution.burn();
            }
            pc = offset[pc];
            continue;
          }
          case Operation.EXIT -> {
            return r[0];
          }
          case Operation.CALL_HELPER -> r[0] = callHelper(execution, r, pc);
          case Operation.CALL_FUNCTION -> r[0] = callFunction(execution, r, offset[pc]);
          case Operation.CALL_INDIRECT -> r[0] = callFunction(execution, r, functionSlot(x));
          case Operation.TAIL_CALL -> {
            Executable target = TailCall.find(execution, r[2], (int) r[3]);
            if (target != null) {
              return target.run(execution);
            }
            r[0] = -1;
          }
          case Operation.NONE -> throw new Fault("there is no instruction at " + pc);
          default -> {
            if (branches(operation[pc], r[d], x, execution)) {
              if (offset[pc] <= pc) {
                execution.burn();
              }
              pc = offset[pc];
              continue;
            }
          }
        }
        pc++;
      }
    } catch (Fault fault) {
      throw FaultPlace.of(fault, image.spec, pc, r);
    }
  }

  private static boolean branches(int operation, long a, long b, Execution execution) {
    return switch (operation) {
      case Operation.EQ -> a == b;
      case Operation.NE -> a != b;
      case Operation.GT -> Long.compareUnsigned(a, b) > 0;
      case Operation.GE -> Long.compareUnsigned(a, b) >= 0;
      case Operation.LT -> Long.compareUnsigned(a, b) < 0;
      case Operation.LE -> Long.compareUnsigned(a, b) <= 0;
      case Operation.SGT -> a > b;
      case Operation.SGE -> a >= b;
      case Operation.SLT -> a < b;
      case Operation.SLE -> a <= b;
      case Operation.SET -> (a & b) != 0;
      case Operation.EQ32 -> (int) a == (int) b;
      case Operation.NE32 -> (int) a != (int) b;
      case Operation.GT32 -> Integer.compareUnsigned((int) a, (int) b) > 0;
      case Operation.GE32 -> Integer.compareUnsigned((int) a, (int) b) >= 0;
      case Operation.LT32 -> Integer.compareUnsigned((int) a, (int) b) < 0;
      case Operation.LE32 -> Integer.compareUnsigned((int) a, (int) b) <= 0;
      case Operation.SGT32 -> (int) a > (int) b;
      case Operation.SGE32 -> (int) a >= (int) b;
      case Operation.SLT32 -> (int) a < (int) b;
      case Operation.SLE32 -> (int) a <= (int) b;
      case Operation.SET32 -> ((int) a & (int) b) != 0;
      case Operation.MAY_GOTO -> execution.mayNotGoOn();
      default -> throw new Fault("instruction " + operation + " is unknown");
    };
  }

  private long callHelper(Execution execution, long[] r, int pc) {
    Helper helper = image.helpers[pc];
    if (helper == null) {
      throw new Fault("there is no helper");
    }
    return helper.call(execution, r[1], r[2], r[3], r[4], r[5]);
  }

  /** The slot of the function that an address names. */
  static int functionSlot(long address) {
    if ((Address.region(address) & Address.KIND_MASK) != Address.FUNCTION
        || Address.offset(address) != 0) {
      throw new Fault("%#x is no address of a function".formatted(address));
    }
    return Address.region(address) & ~Address.KIND_MASK;
  }

  private void atomic(Execution execution, long[] r, int pc) {
    int code = (int) image.value[pc];
    int s = image.source[pc];
    long old =
        AtomicUpdate.update(
            execution, code, r[image.destination[pc]] + image.offset[pc], r[s], r[0]);
    if (AtomicUpdate.compares(code)) {
      r[0] = old;
    } else if (AtomicUpdate.fetches(code)) {
      r[s] = old;
    }
  }

  private long load(Execution execution, long address, int size) {
    return MemoryAccess.load(execution, image.context, address, size);
  }

  private void store(Execution execution, long address, int size, long x, int source) {
    if (source == Image.IMMEDIATE) {
      MemoryAccess.storeImmediate(execution, image.context, address, size, x);
    } else {
      MemoryAccess.store(execution, image.context, address, size, x);
    }
  }
}
