package dev.sluice.compiler.code;

import dev.sluice.bpf.MemorySize;
import dev.sluice.compiler.CompilationException;
import dev.sluice.compiler.ir.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes do with r0 to r9 (Chaitin and Briggs: registers that hold something at the same time are
 * coloured differently; those that are moved to each other are made one where that does no harm;
 * what finds no colour lives on the stack).
 */
final class Allocation {
  /** r0 to r9. */
  private static final int COLOURS = 10;

  private static final int STACK_BYTES = 512;
  private static final int MOST_ROUNDS = 50;

  private final List<Steps> order;
  private int registers;
  private int stack;

  /** Bytes of the stack that hold no registers. */
  private final int own;

  /** Registers that came from the stack just for a step: they are not sent there again. */
  private final BitSet brief = new BitSet();

  private Allocation(Selection.Selected selected) {
    order = selected.steps();
    registers = selected.registers();
    own = selected.stack();
    stack = own;
  }

  /** Gives every step real registers; bytes of the stack that are used. */
  static int allocate(Selection.Selected selected) {
    return new Allocation(selected).run();
  }

  private int run() {
    requireStack("its keys, values, events and states of loops take");
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Interference interference = new Interference(order, registers);
      int[] same = coalesce(interference);
      int[] colours = new int[registers];
      List<Integer> uncoloured = colour(interference, same, colours);
      if (uncoloured.isEmpty()) {
        rewrite(register -> colours[find(same, register)]);
        stack = SpillSlots.share(order, own, stack);
        requireStack("what it keeps at a time takes");
        return stack;
      }
      for (int register : uncoloured) {
        spill(register, same);
      }
    }
    throw new IllegalStateException("registers do not come to rest");
  }

  private static int find(int[] same, int register) {
    int at = register;
    // Those that spilling added are nobody else's.
    while (at < same.length && same[at] != at) {
      at = same[at];
    }
    return at;
  }

  /** Makes registers one that are moved to each other, if it stays as easy to colour. */
  private int[] coalesce(Interference interference) {
    int[] same = new int[registers];
    Arrays.setAll(same, IntUnaryOperator.identity());
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Steps steps : order) {
        for (Step step : steps.all()) {
          if (step instanceof Step.Move(int to, int from, Position _)
              && to != Step.FRAME
              && from != Step.FRAME) {
            changed |= coalesce(interference, same, find(same, to), find(same, from));
          }
        }
      }
    }
    return same;
  }

  private boolean coalesce(Interference interference, int[] same, int to, int from) {
    int kept = Math.min(to, from);
    int gone = Math.max(to, from);
    if (kept == gone || gone < Step.FIRST || interference.between(kept, gone)) {
      return false;
    }
    boolean safe =
        kept < Step.FIRST
            ? isSafeWithMachineRegister(interference, kept, gone)
            : isSafe(interference, kept, gone);
    if (safe) {
      interference.merge(kept, gone);
      same[gone] = kept;
      if (brief.get(gone) != brief.get(kept)) {
        brief.clear(kept);
      }
    }
    return safe;
  }

  /** Briggs: few neighbours of the two are hard to colour themselves. */
  private static boolean isSafe(Interference interference, int kept, int gone) {
    BitSet all = (BitSet) interference.neighbours(kept).clone();
    all.or(interference.neighbours(gone));
    return all.stream().filter(other -> isHard(interference, other)).count() < COLOURS;
  }

  /** George: each neighbour is easy to colour, or cannot have that register anyway. */
  private static boolean isSafeWithMachineRegister(
      Interference interference, int machine, int gone) {
    return interference.neighbours(gone).stream()
        .allMatch(
            other ->
                other < Step.FIRST
                    || !isHard(interference, other)
                    || interference.between(machine, other));
  }

  private static boolean isHard(Interference interference, int register) {
    return register < Step.FIRST || interference.neighbours(register).cardinality() >= COLOURS;
  }

  /** Colours what it can; the registers that are left over. */
  private List<Integer> colour(Interference interference, int[] same, int[] colours) {
    Arrays.fill(colours, -1);
    for (int register = 0; register < Step.FIRST; register++) {
      colours[register] = register;
    }
    List<Integer> left = new ArrayList<>();
    for (int register : simplify(interference, same).reversed()) {
      BitSet taken = new BitSet();
      interference.neighbours(register).stream()
          .map(other -> colours[other])
          .filter(colour -> colour >= 0)
          .forEach(taken::set);
      int free = taken.nextClearBit(0);
      if (free < COLOURS) {
        colours[register] = free;
      } else {
        left.add(register);
      }
    }
    return left;
  }

  /** The order to take registers out of the way: those that are easy to colour first. */
  private List<Integer> simplify(Interference interference, int[] same) {
    int[] degree = new int[registers];
    BitSet remaining = new BitSet();
    Deque<Integer> easy = new ArrayDeque<>();
    for (int register = Step.FIRST; register < registers; register++) {
      if (same[register] == register) {
        remaining.set(register);
        degree[register] = interference.neighbours(register).cardinality();
        if (degree[register] < COLOURS) {
          easy.add(register);
        }
      }
    }
    List<Integer> removed = new ArrayList<>();
    while (!remaining.isEmpty()) {
      Integer next = easy.poll();
      if (next == null) {
        next = cheapest(interference, remaining, degree);
      }
      if (!remaining.get(next)) {
        continue;
      }
      remaining.clear(next);
      removed.add(next);
      BitSet neighbours = interference.neighbours(next);
      for (int other = neighbours.nextSetBit(Step.FIRST);
          other >= 0;
          other = neighbours.nextSetBit(other + 1)) {
        degree[other]--;
        if (degree[other] == COLOURS - 1 && remaining.get(other)) {
          easy.add(other);
        }
      }
    }
    return removed;
  }

  private int cheapest(Interference interference, BitSet remaining, int[] degree) {
    int best = -1;
    double least = Double.MAX_VALUE;
    for (int register = remaining.nextSetBit(0);
        register >= 0;
        register = remaining.nextSetBit(register + 1)) {
      double cost = interference.weight(register) / (degree[register] + 1);
      if (brief.get(register)) {
        cost += 1e12;
      }
      if (cost < least) {
        least = cost;
        best = register;
      }
    }
    return best;
  }

  /** Keeps a register on the stack: it is loaded for each step that reads it. */
  private void spill(int register, int[] same) {
    Step.Set constant = constant(register, same);
    if (constant == null) {
      stack += 8;
    }
    int slot = -stack;
    for (Steps steps : order) {
      List<Step> changed = new ArrayList<>();
      for (Step step : steps.all()) {
        spill(step, register, same, slot, constant, changed);
      }
      Exit exit = steps.exit();
      if (exit.reads().stream().anyMatch(read -> find(same, read) == register)) {
        int loaded = load(slot, constant, steps.position(), changed);
        steps.exit(exit.with(read -> find(same, read) == register ? loaded : read));
      }
      steps.replace(changed);
    }
  }

  private void spill(
      Step step,
      int register,
      int[] same,
      int slot,
      Step.@Nullable Set constant,
      List<Step> changed) {
    boolean reads = step.reads().stream().anyMatch(read -> find(same, read) == register);
    boolean writes = step.writes().stream().anyMatch(written -> find(same, written) == register);
    if (!reads && !writes) {
      changed.add(step);
      return;
    }
    if (step instanceof Step.Move(int to, int from, Position position)) {
      boolean toStack = find(same, to) == register;
      boolean fromStack = find(same, from) == register;
      if (toStack && fromStack || toStack && constant != null) {
        return;
      }
      if (toStack) {
        changed.add(new Step.Store(MemorySize.DOUBLE, Step.FRAME, slot, from, position));
        return;
      }
      if (constant != null) {
        changed.add(new Step.Set(to, constant.number(), constant.width(), position));
      } else {
        changed.add(new Step.Load(MemorySize.DOUBLE, to, Step.FRAME, slot, position));
      }
      return;
    }
    if (writes && constant != null) {
      return;
    }
    int held = reads ? load(slot, constant, step.position(), changed) : newBrief();
    changed.add(step.with(used -> find(same, used) == register ? held : used));
    if (writes) {
      changed.add(new Step.Store(MemorySize.DOUBLE, Step.FRAME, slot, held, step.position()));
    }
  }

  private void requireStack(String what) {
    if (stack > STACK_BYTES) {
      throw new CompilationException(
          order.getFirst().position(),
          "%s %d bytes of the stack, which has %d".formatted(what, stack, STACK_BYTES),
          "make records smaller, or keep values in a map");
    }
  }

  private int newBrief() {
    brief.set(registers);
    registers++;
    return registers - 1;
  }

  private int load(int slot, Step.@Nullable Set constant, Position position, List<Step> changed) {
    int loaded = newBrief();
    changed.add(
        constant != null
            ? new Step.Set(loaded, constant.number(), constant.width(), position)
            : new Step.Load(MemorySize.DOUBLE, loaded, Step.FRAME, slot, position));
    return loaded;
  }

  /** The only thing that a register ever holds, if that is a number. */
  private Step.@Nullable Set constant(int register, int[] same) {
    Step.Set only = null;
    for (Steps steps : order) {
      for (Step step : steps.all()) {
        if (step.writes().stream().anyMatch(written -> find(same, written) == register)) {
          if (!(step instanceof Step.Set set) || only != null) {
            return null;
          }
          only = set;
        }
      }
    }
    return only;
  }

  private void rewrite(IntUnaryOperator registerOf) {
    for (Steps steps : order) {
      List<Step> changed = new ArrayList<>();
      for (Step step : steps.all()) {
        Step real = step.with(registerOf);
        if (!(real instanceof Step.Move(int to, int from, Position _)) || to != from) {
          changed.add(real);
        }
      }
      steps.replace(changed);
      steps.exit(steps.exit().with(registerOf));
    }
  }
}
