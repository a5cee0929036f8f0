package dev.sluice.engine.verifier;

import org.jspecify.annotations.Nullable;

/**
 * An instruction on a path, with those before it and what must be known to follow numbers back
 * through it ({@code struct bpf_jmp_history_entry}).
 */
final class Trail {
  final int slot;
  final @Nullable Trail before;

  /** How many functions call each other there, less one. */
  final int depth;

  /** The frame whose stack was filled from or spilled to; −1 if none was. */
  int stackDepth = -1;

  /** The slot of that stack. */
  int stackSlot;

  /** The registers and slots that a branch learned of together; null if not. */
  @Nullable Tracked linked;

  Trail(int slot, @Nullable Trail before, int depth) {
    this.slot = slot;
    this.before = before;
    this.depth = depth;
  }

  /** Registers and slots of the stack in each frame, a bit each. */
  static final class Tracked {
    final int[] registers = new int[Walk.MOST_FRAMES];
    final long[] slots = new long[Walk.MOST_FRAMES];

    boolean isEmpty() {
      for (int depth = 0; depth < registers.length; depth++) {
        if (registers[depth] != 0 || slots[depth] != 0) {
          return false;
        }
      }
      return true;
    }

    boolean meets(Tracked other) {
      for (int depth = 0; depth < registers.length; depth++) {
        if ((registers[depth] & other.registers[depth]) != 0
            || (slots[depth] & other.slots[depth]) != 0) {
          return true;
        }
      }
      return false;
    }

    void addAll(Tracked other) {
      for (int depth = 0; depth < registers.length; depth++) {
        registers[depth] |= other.registers[depth];
        slots[depth] |= other.slots[depth];
      }
    }
  }
}
