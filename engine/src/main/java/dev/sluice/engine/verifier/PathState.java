package dev.sluice.engine.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known at an instruction on one path through the program ({@code struct
 * bpf_verifier_state}).
 */
final class PathState {
  final List<FrameState> frames = new ArrayList<>();

  /** References to be given back, by number, with the instruction that took each. */
  final TreeMap<Integer, Integer> references = new TreeMap<>();

  /** Whether a lock is held. */
  boolean locked;

  /** The path that led here; null before the first instruction. */
  @Nullable Trail trail;

  /** The state at an earlier instruction that this came from, kept for comparison. */
  @Nullable PathState parent;

  /** Jumps and uses of the stack since {@link #parent}. */
  int history;

  /** Paths from here that are not at their end yet. */
  int branches = 1;

  FrameState frame() {
    return frames.getLast();
  }

  RegisterState register(int number) {
    return frame().registers[number];
  }

  void set(int number, RegisterState state) {
    frame().registers[number] = state;
  }

  PathState copy() {
    PathState copy = new PathState();
    for (FrameState frame : frames) {
      copy.frames.add(frame.copy());
    }
    copy.references.putAll(references);
    copy.locked = locked;
    copy.trail = trail;
    copy.parent = parent;
    copy.history = history;
    return copy;
  }

  /** Hands over all registers of all frames, and all spilled ones. */
  void forEach(Consumer<RegisterState> consumer) {
    for (FrameState frame : frames) {
      for (RegisterState state : frame.registers) {
        consumer.accept(state);
      }
      for (RegisterState state : frame.spilled) {
        if (state != null) {
          consumer.accept(state);
        }
      }
    }
  }

  /**
   * Notes that slots of a frame's stack are read, in the states that this came from, back to where
   * they were written.
   *
   * @param slots a bit each
   */
  void markRead(int depth, long slots) {
    long unwritten = slots;
    PathState from = this;
    while (true) {
      FrameState frame = from.frames.get(depth);
      unwritten &= ~frame.written;
      PathState kept = from.parent;
      if (kept == null || kept.frames.size() <= depth) {
        return;
      }
      FrameState before = kept.frames.get(depth);
      if (before.number != frame.number || (unwritten & ~before.read) == 0) {
        return;
      }
      before.read |= unwritten;
      from = kept;
    }
  }

  /** Packet pointers mean nothing any more: the packet was changed. */
  void forgetPacket() {
    forEach(
        state -> {
          if (state.isOfPacket()) {
            state.set(RegisterState.unknown());
          }
        });
  }
}
