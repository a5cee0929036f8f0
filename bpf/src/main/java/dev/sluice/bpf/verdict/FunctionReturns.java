package dev.sluice.bpf.verdict;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Register;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each function of a program can return, whoever calls it with whatever. */
final class FunctionReturns {
  /** The kernel's {@code MAX_CALL_FRAMES}. */
  private static final int MAX_DEPTH = 8;

  private final List<Instruction> code;
  private final CallResults helpers;
  private final boolean functions;
  private final boolean stackPointers;
  private final int[] slots;
  private final int[] indexes;
  private final BitSet targets = new BitSet();
  private final Map<Integer, ValueSet> found = new HashMap<>();
  private long steps;
  private int depth;

  /**
   * The functions of a program.
   *
   * @param code the program
   * @param helpers what helpers return
   * @param functions whether calls of own functions lead where they say
   * @param stackPointers whether others than the frame pointer may point into the stack
   * @param steps after how many instructions to give up
   */
  FunctionReturns(
      List<Instruction> code,
      CallResults helpers,
      boolean functions,
      boolean stackPointers,
      long steps) {
    this.code = code;
    this.helpers = helpers;
    this.functions = functions;
    this.stackPointers = stackPointers;
    this.steps = steps;
    slots = new int[code.size()];
    int slot = 0;
    for (int i = 0; i < slots.length; i++) {
      slots[i] = slot;
      slot += code.get(i).slots();
    }
    indexes = new int[slot];
    Arrays.fill(indexes, -1);
    for (int i = 0; i < slots.length; i++) {
      indexes[slots[i]] = i;
    }
    for (int i = 0; i < slots.length; i++) {
      int target = indexOf(i, offset(code.get(i)));
      if (target >= 0) {
        targets.set(target);
      }
    }
  }

  private static int offset(Instruction instruction) {
    return switch (instruction) {
      case Jump.Goto(int offset) -> offset;
      case Jump.GotoLong(int offset) -> offset;
      case Jump.Branch branch -> branch.offset();
      case Jump.MayGoto(int offset) -> offset;
      default -> 0;
    };
  }

  /** The instruction so many slots behind another; -1 if there is none. */
  private int indexOf(int index, long offset) {
    long slot = (long) slots[index] + code.get(index).slots() + offset;
    return slot < 0 || slot >= indexes.length ? -1 : indexes[(int) slot];
  }

  /** What the function that starts at an instruction can return. */
  ValueSet ofFunctionAt(int index) {
    ValueSet known = found.get(index);
    if (known != null) {
      return known;
    }
    if (depth == MAX_DEPTH || index < 0 || index >= slots.length) {
      return ValueSet.ANY;
    }
    depth++;
    ValueSet returned = new Walk().from(index);
    depth--;
    found.put(index, returned);
    return returned;
  }

  /** One function's ways. */
  private final class Walk {
    private final Map<Integer, MachineState> entries = new HashMap<>();
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
    private final BitSet queued = new BitSet();
    private ValueSet returned = ValueSet.of();

    ValueSet from(int start) {
      reach(start, MachineState.start());
      while (!waiting.isEmpty()) {
        int index = waiting.pop();
        queued.clear(index);
        MachineState entry = entries.get(index);
        if (entry == null || !follow(index, entry.copy())) {
          return ValueSet.ANY;
        }
      }
      return returned;
    }

    private void reach(int index, MachineState state) {
      MachineState known = entries.get(index);
      boolean news = known == null || known.join(state);
      if (known == null) {
        entries.put(index, state);
      }
      if (news && !queued.get(index)) {
        queued.set(index);
        waiting.add(index);
      }
    }

    /**
     * Follows a way to where it ends or meets others; false to give up, because it leads nowhere or
     * nothing can be told any more.
     */
    private boolean follow(int start, MachineState state) {
      int index = start;
      while (true) {
        if (--steps < 0 || index < 0 || index >= slots.length) {
          return false;
        }
        Instruction instruction = code.get(index);
        switch (instruction) {
          case Jump.Exit _ -> {
            returned = returned.join(state.get(Register.R0));
            return returned.isKnown();
          }
          case Jump.Branch branch -> {
            MachineState taken = outcome(branch, true, state);
            if (taken != null) {
              int target = indexOf(index, branch.offset());
              if (target < 0) {
                return false;
              }
              reach(target, taken);
            }
            MachineState fallen = outcome(branch, false, state);
            if (fallen == null) {
              return true;
            }
            state = fallen;
            index++;
          }
          case Jump.MayGoto(int offset) -> {
            int target = indexOf(index, offset);
            if (target < 0) {
              return false;
            }
            reach(target, state.copy());
            index++;
          }
          case Jump.Goto(int offset) -> index = indexOf(index, offset);
          case Jump.GotoLong(int offset) -> index = indexOf(index, offset);
          default -> {
            if (!run(index, instruction, state)) {
              return false;
            }
            index++;
          }
        }
        if (index >= 0 && targets.get(index)) {
          reach(index, state);
          return true;
        }
      }
    }

    /** What is known where a branch turned out so; null if it never does. */
    private @Nullable MachineState outcome(Jump.Branch branch, boolean taken, MachineState state) {
      ValueSet right = state.get(branch.right());
      ValueSet left =
          ValueArithmetic.left(
              branch.width(), branch.condition(), taken, state.get(branch.left()), right);
      if (left.isEmpty()) {
        return null;
      }
      MachineState next = state.copy();
      next.set(branch.left(), left);
      return next;
    }

    /** Runs what is no jump; false if the function may return anything. */
    private boolean run(int index, Instruction instruction, MachineState state) {
      switch (instruction) {
        case Arithmetic arithmetic ->
            state.set(arithmetic.destination(), ValueArithmetic.result(arithmetic, state));
        case Constant.Wide(Register to, long value) -> state.set(to, ValueSet.of(value));
        case Constant constant -> state.set(constant.destination(), ValueSet.ANY);
        case Memory memory -> access(memory, state);
        case Atomic atomic -> {
          state.forgetStack();
          switch (atomic) {
            case Atomic.Update update -> {
              state.set(update.source(), ValueSet.ANY);
              state.set(Register.R0, ValueSet.ANY);
            }
            case Atomic.LoadAcquire load -> state.set(load.destination(), ValueSet.ANY);
            case Atomic.StoreRelease _ -> {
              // Changes memory only.
            }
          }
        }
        case Call call -> {
          ValueSet result;
          switch (call) {
            case Call.Helper helper -> {
              if (CallResults.isTailCall(helper)) {
                return false;
              }
              result = helpers.of(helper, state);
            }
            case Call.Function(int offset) ->
                result = functions ? ofFunctionAt(indexOf(index, offset)) : ValueSet.ANY;
            case Call.KernelFunction _, Call.Indirect _ -> result = ValueSet.ANY;
          }
          if (result.isEmpty()) {
            return false;
          }
          forgetStack(state);
          state.forgetArguments();
          state.set(Register.R0, result);
        }
        case Jump _ -> throw new AssertionError("jumps are followed, not run");
      }
      return true;
    }

    private void access(Memory memory, MachineState state) {
      switch (memory) {
        case Memory.Load(
                MemorySize size,
                boolean signed,
                Register to,
                Register base,
                int offset) -> {
          ValueSet value = signed || size == MemorySize.DOUBLE ? ValueSet.ANY : ValueSet.ANY32;
          state.set(
              to, base == Register.R10 && size == MemorySize.DOUBLE ? state.slot(offset) : value);
        }
        case Memory.Store store -> {
          if (store.base() == Register.R10) {
            state.store(store.offset(), store.size().bytes(), state.get(store.value()));
          } else {
            forgetStack(state);
          }
        }
        case Memory.LoadAbsolute _, Memory.LoadIndirect _ -> {
          // Behind the packet's end, the function ends and returns 0 (bpf_gen_ld_abs).
          returned = returned.join(ValueSet.of(0));
          state.forgetArguments();
          state.set(Register.R0, ValueSet.ANY32);
        }
      }
    }

    private void forgetStack(MachineState state) {
      if (stackPointers) {
        state.forgetStack();
      }
    }
  }
}
