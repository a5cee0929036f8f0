package dev.sluice.engine.verifier;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.Register;
import java.util.HashMap;
import java.util.Map;

/**
 * How much stack a program's functions take together ({@code check_max_stack_depth}). What a
 * function takes is read off its instructions: the lowest place below R10 that one names.
 */
final class StackDepth {
  private static final int MOST = 512;
  private static final int MOST_BEFORE_TAIL_CALL = 256;
  private static final int ROUNDED_TO = 16;
  private static final int MOST_FRAMES = 8;

  private final ProgramLayout layout;
  private final Map<Integer, Integer> own = new HashMap<>();

  StackDepth(ProgramLayout layout) {
    this.layout = layout;
    for (int slot = 0; slot < layout.slots(); slot++) {
      if (layout.isStart(slot)) {
        own.merge(layout.functionOf(slot), lowest(layout.at(slot)), Math::max);
      }
    }
  }

  private static int lowest(Instruction instruction) {
    int offset =
        switch (instruction) {
          case Memory.Load load when load.base() == Register.R10 -> load.offset();
          case Memory.Store store when store.base() == Register.R10 -> store.offset();
          case Atomic atomic when atomic.base() == Register.R10 -> atomic.offset();
          // A pointer that is made of a copy of R10.
          case Arithmetic.Binary(var _, var operator, var _, Immediate(int value))
              when operator == dev.sluice.bpf.ArithmeticOperator.ADD
                  && value < 0
                  && value >= -MOST ->
              value;
          default -> 0;
        };
    return offset < 0 && offset >= -MOST ? -offset : 0;
  }

  /** The deepest chain of calls, in bytes. */
  int check() {
    return depthFrom(0, 0, 1);
  }

  private int depthFrom(int function, int before, int frames) {
    int depth = before + round(own.getOrDefault(function, 0));
    if (depth > MOST) {
      throw Rejection.access("combined stack size of %d calls is %d. Too large", frames, depth);
    }
    if (frames > MOST_FRAMES) {
      throw new Rejection(
          dev.sluice.datapath.Errno.E2BIG,
          "the call stack of %d frames is too deep !".formatted(frames));
    }
    Integer next = layout.functions().higher(function);
    int end = next == null ? layout.slots() : next;
    int deepest = depth;
    for (int slot = function; slot < end; slot++) {
      if (!layout.isStart(slot)) {
        continue;
      }
      int called =
          switch (layout.at(slot)) {
            case Call.Function(int offset) -> slot + 1 + offset;
            case Constant.FunctionAddress(var _, int offset) -> slot + 1 + offset;
            default -> -1;
          };
      if (called >= 0) {
        if (layout.functionOf(called) == function) {
          throw Rejection.invalid("recursive call from %d to %d", function, called);
        }
        deepest = Math.max(deepest, depthFrom(called, depth, frames + 1));
      }
      boolean tailCalls =
          layout.at(slot) instanceof Call.Helper helper
              && helper.id() == dev.sluice.bpf.HelperFunction.TAIL_CALL.id();
      if (tailCalls && function != 0 && before >= MOST_BEFORE_TAIL_CALL) {
        throw Rejection.access(
            "tail_calls are not allowed when call stack of previous frames is %d bytes. Too large",
            before);
      }
    }
    return deepest;
  }

  private static int round(int bytes) {
    return (Math.max(bytes, 1) + ROUNDED_TO - 1) & -ROUNDED_TO;
  }
}
