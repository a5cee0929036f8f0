package dev.sluice.engine.verifier;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.Register;
import dev.sluice.engine.helper.HelperSignature;
import dev.sluice.engine.helper.HelperTable;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The instructions of a program by slot, its functions, and where paths meet ({@code
 * check_subprogs} and {@code check_cfg} in {@code kernel/bpf/verifier.c}).
 */
final class ProgramLayout {
  private final @Nullable Instruction[] instructions;
  private final NavigableSet<Integer> functions = new TreeSet<>();
  private final BitSet meetings = new BitSet();
  private final BitSet landings = new BitSet();
  private final HelperTable helpers;
  private final int[] live;

  ProgramLayout(ProgramSpec spec) {
    helpers = HelperTable.of(spec.type());
    instructions = new @Nullable Instruction[spec.code().slots()];
    int slot = 0;
    for (Instruction instruction : spec.instructions()) {
      instructions[slot] = instruction;
      slot += instruction.slots();
    }
    functions.add(0);
    findFunctions();
    checkEnds();
    checkReachable();
    live = new Liveness(this).registers();
  }

  int slots() {
    return instructions.length;
  }

  /** The instruction at a slot. */
  Instruction at(int slot) {
    Instruction instruction = instructions[slot];
    if (instruction == null) {
      throw Rejection.invalid("jump into the middle of ldimm64 insn %d", slot - 1);
    }
    return instruction;
  }

  boolean isStart(int slot) {
    return instructions[slot] != null;
  }

  /** Whether states are compared before an instruction. */
  boolean isMeeting(int slot) {
    return meetings.get(slot);
  }

  /** Whether an instruction may follow another than the one above it ({@code is_jmp_point}). */
  boolean isLanding(int slot) {
    return landings.get(slot);
  }

  /** The registers whose values count before an instruction, a bit each. */
  int live(int slot) {
    return live[slot];
  }

  /** The slot where a function starts that a slot belongs to. */
  int functionOf(int slot) {
    return functions.floor(slot);
  }

  NavigableSet<Integer> functions() {
    return functions;
  }

  /** Where a jump leads; −1 for no jump. */
  int target(int slot) {
    return switch (at(slot)) {
      case Jump.Goto(int offset) -> slot + 1 + offset;
      case Jump.GotoLong(int offset) -> slot + 1 + offset;
      case Jump.MayGoto(int offset) -> slot + 1 + offset;
      case Jump.Branch branch -> slot + 1 + branch.offset();
      default -> -1;
    };
  }

  private void findFunctions() {
    for (int slot = 0; slot < instructions.length; slot++) {
      Instruction instruction = instructions[slot];
      int start = -1;
      if (instruction instanceof Call.Function(int offset)) {
        start = slot + 1 + offset;
      } else if (instruction instanceof Constant.FunctionAddress(Register _, int offset)) {
        start = slot + 1 + offset;
      }
      if (start >= 0) {
        if (start >= instructions.length || instructions[start] == null) {
          throw Rejection.invalid("call to invalid destination");
        }
        functions.add(start);
      }
    }
  }

  private void checkEnds() {
    for (int slot = 0; slot < instructions.length; slot++) {
      if (instructions[slot] == null) {
        continue;
      }
      int target = target(slot);
      int function = functionOf(slot);
      Integer next = functions.higher(function);
      int end = next == null ? instructions.length : next;
      if (target != -1 && (target < function || target >= end)) {
        throw Rejection.invalid("jump out of range from insn %d to %d", slot, target);
      }
      boolean last = slot + at(slot).slots() == end;
      if (last && !(at(slot) instanceof Jump.Exit || isPlainJump(slot))) {
        throw Rejection.invalid("last insn is not an exit or jmp");
      }
    }
  }

  private boolean isPlainJump(int slot) {
    return at(slot) instanceof Jump.Goto || at(slot) instanceof Jump.GotoLong;
  }

  private void checkReachable() {
    BitSet reached = new BitSet();
    Deque<Integer> open = new ArrayDeque<>(functions);
    while (!open.isEmpty()) {
      int slot = open.pop();
      while (!reached.get(slot)) {
        reached.set(slot);
        int target = target(slot);
        if (target >= 0) {
          at(target);
          land(target);
          open.push(target);
        }
        if (at(slot) instanceof Jump.Branch || at(slot) instanceof Jump.MayGoto) {
          meetings.set(slot);
        }
        if (at(slot) instanceof Jump.Exit || isPlainJump(slot)) {
          break;
        }
        markCall(slot);
        slot += at(slot).slots();
      }
    }
    for (int slot = 0; slot < instructions.length; slot++) {
      if (instructions[slot] != null && !reached.get(slot)) {
        throw Rejection.invalid("unreachable insn %d", slot);
      }
    }
  }

  private void land(int slot) {
    meetings.set(slot);
    landings.set(slot);
  }

  private void markCall(int slot) {
    int called =
        switch (at(slot)) {
          case Call.Function(int offset) -> slot + 1 + offset;
          case Constant.FunctionAddress(var _, int offset) -> slot + 1 + offset;
          default -> -1;
        };
    if (called >= 0) {
      meetings.set(slot);
      land(called);
    }
    if (called >= 0 || at(slot) instanceof Call) {
      land(slot + at(slot).slots());
    }
  }

  /** The registers that an instruction reads, a bit each. */
  int reads(Instruction instruction) {
    return switch (instruction) {
      case Arithmetic.Binary(var _, var operator, var destination, var source) ->
          bit(source) | (operator == dev.sluice.bpf.ArithmeticOperator.MOV ? 0 : bit(destination));
      case Arithmetic.Negate(var _, var destination) -> bit(destination);
      case Arithmetic.MoveSigned(var _, int _, var _, var source) -> bit(source);
      case Arithmetic.SwapBytes(var _, int _, var destination) -> bit(destination);
      case Arithmetic.CastAddressSpace(var _, var source, int _, int _) -> bit(source);
      case Memory.Load load -> bit(load.base());
      case Memory.Store store -> bit(store.base()) | bit(store.value());
      // compute_live_registers takes these to read all.
      case Memory.LoadAbsolute _, Memory.LoadIndirect _ -> 0x3ff;
      case Atomic.Update(var operator, var _, var base, int _, var source) ->
          bit(base)
              | bit(source)
              | (operator == dev.sluice.bpf.AtomicOperator.COMPARE_EXCHANGE ? 1 : 0);
      case Atomic.LoadAcquire(var _, var _, var base, int _) -> bit(base);
      case Atomic.StoreRelease(var _, var base, int _, var source) -> bit(base) | bit(source);
      case Constant _ -> 0;
      case Jump.Branch(var _, var _, var left, var right, int _) -> bit(left) | bit(right);
      case Jump.Exit() -> 1;
      case Jump _ -> 0;
      case Call.Indirect(var target) -> 0x3e | bit(target);
      case Call.Helper(int id) -> {
        HelperSignature signature = helpers.signature(id);
        yield signature == null ? 0x3e : (2 << signature.argumentCount()) - 2;
      }
      case Call _ -> 0x3e;
    };
  }

  /** The registers that an instruction overwrites whatever they hold, a bit each. */
  static int writes(Instruction instruction) {
    return switch (instruction) {
      case Arithmetic arithmetic -> bit(arithmetic.destination());
      case Memory.Load load -> bit(load.destination());
      case Memory.Store _ -> 0;
      case Memory.LoadAbsolute _, Memory.LoadIndirect _ -> 0;
      case Atomic.Update update ->
          update.operator() == dev.sluice.bpf.AtomicOperator.COMPARE_EXCHANGE
              ? 1
              : update.operator().fetches() ? bit(update.source()) : 0;
      case Atomic.LoadAcquire load -> bit(load.destination());
      case Atomic.StoreRelease _ -> 0;
      case Constant constant -> bit(constant.destination());
      case Jump _ -> 0;
      case Call _ -> 0x3f;
    };
  }

  private static int bit(dev.sluice.bpf.Operand operand) {
    return operand instanceof Register register ? 1 << register.number() : 0;
  }
}
