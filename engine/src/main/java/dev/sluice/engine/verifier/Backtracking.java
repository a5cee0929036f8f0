package dev.sluice.engine.verifier;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.Register;
import org.jspecify.annotations.Nullable;

/**
 * Marks numbers that something hung on as precise in the states that are kept, back along the path
 * to where they came from; all others are alike in comparisons ({@code mark_chain_precision} in
 * {@code kernel/bpf/verifier.c}). Where a number cannot be followed, all are marked.
 */
final class Backtracking {
  /** R1 to R5. */
  private static final int ARGUMENTS = 0x3e;

  private final ProgramLayout layout;
  private Trail.Tracked tracked = new Trail.Tracked();

  Backtracking(ProgramLayout layout) {
    this.layout = layout;
  }

  /** A register of the instruction that is looked at is needed as it is. */
  void mark(PathState state, int number) {
    tracked = new Trail.Tracked();
    tracked.registers[state.frames.size() - 1] = 1 << number;
    followBehind(state);
  }

  /** A slot of a stack is needed as it is. */
  void markSlot(PathState state, int depth, int slot) {
    tracked = new Trail.Tracked();
    tracked.slots[depth] = 1L << slot;
    followBehind(state);
  }

  private void followBehind(PathState state) {
    Trail now = state.trail;
    if (now != null) {
      follow(state, now.before, now.slot, now.depth);
    }
  }

  /** What was needed of a state is needed of one that goes on as that did. */
  void markAs(PathState state, PathState old, int slot) {
    tracked = new Trail.Tracked();
    for (int depth = 0; depth < old.frames.size(); depth++) {
      FrameState frame = old.frames.get(depth);
      for (int number = 0; number < 10; number++) {
        if (frame.registers[number].precise) {
          tracked.registers[depth] |= 1 << number;
        }
      }
      for (int place = 0; place < frame.spilled.length; place++) {
        if (frame.spilled(place).precise) {
          tracked.slots[depth] |= 1L << place;
        }
      }
    }
    follow(state, state.trail, slot, state.frames.size() - 1);
  }

  /** {@code mark_all_scalars_precise}. */
  static void markAll(PathState state) {
    for (PathState kept = state.parent; kept != null; kept = kept.parent) {
      kept.forEach(register -> register.precise |= register.isScalar());
    }
  }

  private void follow(PathState state, @Nullable Trail from, int nextSlot, int nextDepth) {
    Trail step = from;
    PathState kept = state.parent;
    int slot = nextSlot;
    int depth = nextDepth;
    while (!tracked.isEmpty()) {
      while (kept != null && step == kept.trail) {
        apply(kept);
        kept = kept.parent;
      }
      if (tracked.isEmpty()) {
        return;
      }
      if (step == null || !back(step, slot, depth)) {
        markAll(state);
        return;
      }
      slot = step.slot;
      depth = step.depth;
      step = step.before;
    }
  }

  /** Marks what is tracked; what is marked already need not be followed further. */
  private void apply(PathState kept) {
    for (int depth = 0; depth < kept.frames.size(); depth++) {
      FrameState frame = kept.frames.get(depth);
      for (int number = 0; number < 10; number++) {
        int bit = 1 << number;
        if ((tracked.registers[depth] & bit) != 0 && isMarked(frame.registers[number])) {
          tracked.registers[depth] &= ~bit;
        }
      }
      for (int slot = 0; slot < frame.spilled.length; slot++) {
        long bit = 1L << slot;
        if ((tracked.slots[depth] & bit) != 0
            && (!frame.isSpilled(slot) || isMarked(frame.spilled(slot)))) {
          tracked.slots[depth] &= ~bit;
        }
      }
    }
  }

  private static boolean isMarked(RegisterState register) {
    if (!register.isScalar() || register.precise) {
      return true;
    }
    register.precise = true;
    return false;
  }

  private boolean has(int depth, Register register) {
    return (tracked.registers[depth] & (1 << register.number())) != 0;
  }

  private void clear(int depth, Register register) {
    tracked.registers[depth] &= ~(1 << register.number());
  }

  private void add(int depth, Operand operand) {
    if (operand instanceof Register register && register != Register.R10) {
      tracked.registers[depth] |= 1 << register.number();
    }
  }

  /**
   * From behind an instruction to before it.
   *
   * @param next the slot of the one behind
   * @return whether all can be followed
   */
  private boolean back(Trail step, int next, int nextDepth) {
    syncLinked(step);
    int depth = step.depth;
    Instruction instruction = layout.at(step.slot);
    boolean follows =
        switch (instruction) {
          case Arithmetic arithmetic -> {
            backArithmetic(arithmetic, depth);
            yield true;
          }
          case Memory.Load load -> backLoad(step, load.destination());
          case Memory.Store store -> backStore(step, store.base(), store.value());
          case Memory.LoadAbsolute _, Memory.LoadIndirect _ -> !has(depth, Register.R0);
          case Atomic.LoadAcquire load -> backLoad(step, load.destination());
          case Atomic.StoreRelease store -> backStore(step, store.base(), store.source());
          case Atomic.Update update -> canPass(update, step);
          case Constant constant -> {
            clear(depth, constant.destination());
            yield true;
          }
          case Jump.Exit() -> depth == 0 || backExit(depth, next);
          case Jump.Branch(var _, var _, var left, Register right, int _) -> {
            if (has(depth, left) || has(depth, right)) {
              add(depth, left);
              add(depth, right);
            }
            yield true;
          }
          case Jump _ -> true;
          case Call call -> backCall(call, depth, nextDepth);
        };
    syncLinked(step);
    return follows;
  }

  private void syncLinked(Trail step) {
    Trail.Tracked linked = step.linked;
    if (linked != null && linked.meets(tracked)) {
      tracked.addAll(linked);
    }
  }

  private void backArithmetic(Arithmetic arithmetic, int depth) {
    if (!has(depth, arithmetic.destination())) {
      return;
    }
    switch (arithmetic) {
      case Arithmetic.Binary(var _, var operator, var destination, var source) -> {
        if (operator == ArithmeticOperator.MOV) {
          clear(depth, destination);
        }
        add(depth, source);
      }
      case Arithmetic.MoveSigned(var _, int _, var destination, var source) -> {
        clear(depth, destination);
        add(depth, source);
      }
      default -> {}
    }
  }

  private boolean backLoad(Trail step, Register destination) {
    if (has(step.depth, destination)) {
      clear(step.depth, destination);
      if (step.stackDepth >= 0) {
        tracked.slots[step.stackDepth] |= 1L << step.stackSlot;
      }
    }
    return true;
  }

  private boolean backStore(Trail step, Register base, Operand value) {
    if (has(step.depth, base)) {
      return false; // a difference of addresses
    }
    if (step.stackDepth >= 0) {
      long bit = 1L << step.stackSlot;
      if ((tracked.slots[step.stackDepth] & bit) != 0) {
        tracked.slots[step.stackDepth] &= ~bit;
        add(step.depth, value);
      }
    }
    return true;
  }

  private boolean canPass(Atomic.Update update, Trail step) {
    Register loaded =
        update.operator() == AtomicOperator.COMPARE_EXCHANGE ? Register.R0 : update.source();
    return !has(step.depth, update.base())
        && !(update.operator().fetches() && has(step.depth, loaded))
        && !(step.stackDepth >= 0
            && (tracked.slots[step.stackDepth] & (1L << step.stackSlot)) != 0);
  }

  /** From a caller into the end of what it called. */
  private boolean backExit(int depth, int next) {
    int caller = depth - 1;
    boolean called = layout.isStart(next - 1) && layout.at(next - 1) instanceof Call.Function;
    if ((tracked.registers[caller] & ARGUMENTS) != 0) {
      if (called) {
        return false;
      }
      tracked.registers[caller] &= ~ARGUMENTS;
    }
    if (has(caller, Register.R0)) {
      clear(caller, Register.R0);
      if (called) {
        add(depth, Register.R0);
      }
    }
    return true;
  }

  private boolean backCall(Call call, int depth, int nextDepth) {
    if (nextDepth == depth + 1) {
      int needed = tracked.registers[nextDepth];
      if ((needed & ~ARGUMENTS) != 0 || tracked.slots[nextDepth] != 0) {
        return false;
      }
      tracked.registers[nextDepth] = 0;
      if (call instanceof Call.Function) {
        tracked.registers[depth] |= needed;
      }
      return true;
    }
    clear(depth, Register.R0);
    return (tracked.registers[depth] & ARGUMENTS) == 0;
  }
}
