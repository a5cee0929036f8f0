package dev.sluice.engine.verifier;

import org.jspecify.annotations.Nullable;

/** A function under way: its registers and its stack ({@code struct bpf_func_state}). */
final class FrameState {
  static final int STACK_BYTES = 512;
  static final int SLOT = 8;

  // What a byte of the stack holds.
  static final byte NEVER_WRITTEN = 0;
  static final byte ANYTHING = 1;
  static final byte ZERO = 2;
  static final byte SPILLED = 3;

  final RegisterState[] registers = new RegisterState[11];
  final byte[] kinds = new byte[STACK_BYTES];
  final @Nullable RegisterState[] spilled = new @Nullable RegisterState[STACK_BYTES / SLOT];

  /** Which call this is, told apart from others as deep. */
  final int number;

  /** Slots that were written whole since the last state that was kept, a bit each. */
  long written;

  /**
   * Of a state that is kept: slots that are read on some way from there before they are written.
   */
  long read;

  /** The slot of its first instruction. */
  final int start;

  /** Where its caller goes on; −1 for the entry. */
  final int returnTo;

  /** Whether a helper called it. */
  final boolean callback;

  FrameState(int number, int start, int returnTo, boolean callback, int depth) {
    this.number = number;
    this.start = start;
    this.returnTo = returnTo;
    this.callback = callback;
    for (int i = 0; i < registers.length; i++) {
      registers[i] = new RegisterState();
    }
    RegisterState stack = RegisterState.pointer(RegisterState.Type.STACK);
    stack.where = depth;
    registers[10] = stack;
  }

  FrameState copy() {
    FrameState copy = new FrameState(number, start, returnTo, callback, 0);
    copy.written = written;
    for (int i = 0; i < registers.length; i++) {
      copy.registers[i] = registers[i].copy();
    }
    System.arraycopy(kinds, 0, copy.kinds, 0, kinds.length);
    for (int i = 0; i < spilled.length; i++) {
      RegisterState state = spilled[i];
      copy.spilled[i] = state == null ? null : state.copy();
    }
    return copy;
  }

  /** What was spilled in a slot; a register that holds nothing if that is lost. */
  RegisterState spilled(int slot) {
    RegisterState state = spilled[slot];
    return state == null ? new RegisterState() : state;
  }

  /** Whether a slot begins with what was spilled ({@code is_spilled_reg}). */
  boolean isSpilled(int slot) {
    return kinds[slot * SLOT] == SPILLED;
  }

  /** How many bytes from here to the end of the slot belong to what was spilled. */
  int spilledFrom(int from) {
    int at = from;
    while (at < (from | (SLOT - 1)) + 1 && kinds[at] == SPILLED) {
      at++;
    }
    return at - from;
  }

  /** Whether all bytes from one place to another are written with 0. */
  boolean isZero(int from, int to) {
    for (int at = from; at < to; at++) {
      if (kinds[at] != ZERO) {
        return false;
      }
    }
    return true;
  }

  /** A register is stored where a slot begins. */
  void spill(int slot, int size, RegisterState state) {
    spilled[slot] = state;
    int from = slot * SLOT;
    for (int at = from; at < from + size; at++) {
      kinds[at] = SPILLED;
    }
    for (int at = from + size; at < from + SLOT; at++) {
      if (kinds[at] == SPILLED) {
        kinds[at] = ANYTHING;
      }
    }
  }

  /** Bytes of one slot are written with what is no register. */
  void overwrite(int from, int size, byte kind) {
    int slot = from / SLOT;
    if (isSpilled(slot)) {
      scrub(slot);
    }
    spilled[slot] = null;
    for (int at = from; at < from + size; at++) {
      kinds[at] = kind;
    }
  }

  /** What was spilled in a slot is not known to be anything in particular any more. */
  void scrub(int slot) {
    spilled[slot] = null;
    for (int at = slot * SLOT; at < (slot + 1) * SLOT; at++) {
      if (kinds[at] == SPILLED) {
        kinds[at] = ANYTHING;
      }
    }
  }
}
