package dev.sluice.engine.verifier;

import dev.sluice.bpf.Jump;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The states that paths were in, and which of them are kept to end other paths early ({@code
 * is_state_visited} in {@code kernel/bpf/verifier.c}). What is kept when decides which paths are
 * gone, and so which mistakes are seen; hence the kernel's numbers.
 */
final class VisitedStates {
  private static final int LEAST_JUMPS = 2;
  private static final int LEAST_INSTRUCTIONS = 8;

  // In a loop, where states seldom are alike.
  private static final int LEAST_JUMPS_IN_LOOP = 20;
  private static final int LEAST_INSTRUCTIONS_IN_LOOP = 100;

  /** Jumps and uses of the stack since the last state that was kept, beyond which one is. */
  private static final int MOST_HISTORY = 40;

  /** How often a state may be compared in vain for each time that it was of use, and once more. */
  private static final int MOST_MISSES = 3;

  private final ProgramLayout layout;
  private final Backtracking backtracking;
  private final Map<Integer, Deque<Visited>> bySlot = new HashMap<>();
  private int lastProcessed;
  private int lastJumps;

  /** A state that is kept. */
  private static final class Visited {
    private final PathState state;
    private int hits;
    private int misses;

    Visited(PathState state) {
      this.state = state;
    }
  }

  VisitedStates(ProgramLayout layout, Backtracking backtracking) {
    this.layout = layout;
    this.backtracking = backtracking;
  }

  /**
   * Compares a state with those that were at an instruction before, and perhaps keeps it.
   *
   * @param processed instructions that were looked at, on all paths
   * @param jumps jumps, calls and exits among them
   * @return whether nothing new can come of it
   */
  boolean visit(PathState state, int slot, int processed, int jumps) {
    boolean forced = state.history > MOST_HISTORY;
    int sinceJumps = jumps - lastJumps;
    int since = processed - lastProcessed;
    boolean keeps = forced || sinceJumps >= LEAST_JUMPS && since >= LEAST_INSTRUCTIONS;
    Deque<Visited> states = bySlot.computeIfAbsent(slot, _ -> new ArrayDeque<>());
    for (Iterator<Visited> all = states.iterator(); all.hasNext(); ) {
      Visited old = all.next();
      if (old.state.branches == 0 || layout.at(slot) instanceof Jump.MayGoto) {
        if (StateComparison.covers(layout, old.state, state, slot, false)) {
          old.hits++;
          goOnAs(state, old.state, slot);
          return true;
        }
      } else {
        if (StateComparison.covers(layout, old.state, state, slot, true)) {
          throw Rejection.invalid("infinite loop detected at insn %d", slot);
        }
        boolean early = sinceJumps < LEAST_JUMPS_IN_LOOP && since < LEAST_INSTRUCTIONS_IN_LOOP;
        keeps &= forced || !early;
      }
      if (keeps) {
        old.misses++;
      }
      if (old.misses > old.hits * MOST_MISSES + MOST_MISSES) {
        all.remove();
      }
    }
    if (keeps) {
      lastJumps = jumps;
      lastProcessed = processed;
      PathState kept = state.copy();
      states.addFirst(new Visited(kept));
      state.parent = kept;
      state.history = 0;
      state.frames.forEach(frame -> frame.written = 0);
    }
    return false;
  }

  /** What was needed on the ways from a state is needed here too. */
  private void goOnAs(PathState state, PathState old, int slot) {
    boolean finished = old.branches == 0;
    for (int depth = 0; depth < old.frames.size(); depth++) {
      state.markRead(depth, finished ? old.frames.get(depth).read : -1);
    }
    if (finished) {
      backtracking.markAs(state, old, slot);
    } else {
      Backtracking.markAll(state);
    }
  }
}
