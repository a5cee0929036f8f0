package dev.sluice.engine.verifier;

import java.util.HashMap;
import java.util.Map;

/**
 * Whether a state is covered by one that was looked at before, so that nothing new can come of it
 * ({@code states_equal} in {@code kernel/bpf/verifier.c}).
 */
final class StateComparison {
  private final ProgramLayout layout;
  private final boolean exact;

  /** Whether all that the old state led to is known, so that it is known what counts of it. */
  private final boolean finished;

  private final Map<Integer, Integer> ids = new HashMap<>();
  private final Map<Integer, Integer> idsBack = new HashMap<>();
  private int fresh;

  private StateComparison(ProgramLayout layout, boolean exact, boolean finished) {
    this.layout = layout;
    this.exact = exact;
    this.finished = finished;
  }

  /**
   * Compares.
   *
   * @param slot where both are
   * @param exact whether they must be the same, as for a loop that never ends
   */
  static boolean covers(
      ProgramLayout layout, PathState old, PathState now, int slot, boolean exact) {
    return new StateComparison(layout, exact, old.branches == 0).covers(old, now, slot);
  }

  private boolean covers(PathState old, PathState now, int slot) {
    if (old.frames.size() != now.frames.size()
        || old.locked != now.locked
        || old.references.size() != now.references.size()) {
      return false;
    }
    for (int depth = 0; depth < old.frames.size(); depth++) {
      FrameState before = old.frames.get(depth);
      FrameState after = now.frames.get(depth);
      if (before.start != after.start
          || before.returnTo != after.returnTo
          || before.callback != after.callback) {
        return false;
      }
      boolean last = depth == old.frames.size() - 1;
      int live = last ? layout.live(slot) : layout.live(old.frames.get(depth + 1).returnTo) & ~0x3f;
      for (int number = 0; number < 10; number++) {
        if ((live & (1 << number)) != 0
            && !covers(before.registers[number], after.registers[number])) {
          return false;
        }
      }
      // What is read later of an unfinished state's stack is not known yet.
      long read = exact || !finished ? -1L : before.read;
      if (!coversStack(before, after, read)) {
        return false;
      }
    }
    return true;
  }

  private boolean coversStack(FrameState before, FrameState after, long read) {
    for (int slot = 0; slot < before.spilled.length; slot++) {
      if ((read & (1L << slot)) != 0 && !coversSlot(before, after, slot)) {
        return false;
      }
    }
    return true;
  }

  private boolean coversSlot(FrameState before, FrameState after, int slot) {
    RegisterState old = before.spilled[slot];
    RegisterState now = after.spilled[slot];
    if (!exact
        && old != null
        && old.isScalar()
        && isWhole(before, slot)
        && isUnknown(after, slot)) {
      return covers(old, RegisterState.unknown());
    }
    if (old != null && (now == null || !covers(old, now))) {
      return false;
    }
    for (int at = slot * FrameState.SLOT; at < (slot + 1) * FrameState.SLOT; at++) {
      if (!coversByte(before.kinds[at], after.kinds[at])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWhole(FrameState frame, int slot) {
    return frame.spilledFrom(slot * FrameState.SLOT) == FrameState.SLOT;
  }

  private static boolean isUnknown(FrameState frame, int slot) {
    for (int at = slot * FrameState.SLOT; at < (slot + 1) * FrameState.SLOT; at++) {
      if (frame.kinds[at] != FrameState.ANYTHING && frame.kinds[at] != FrameState.NEVER_WRITTEN) {
        return false;
      }
    }
    return true;
  }

  private boolean coversByte(byte old, byte now) {
    if (exact) {
      return old == now;
    }
    // What was never written, or holds anything, gave nothing that mattered.
    return old == FrameState.NEVER_WRITTEN || old == FrameState.ANYTHING || old == now;
  }

  private boolean covers(RegisterState old, RegisterState now) {
    if (old.type == RegisterState.Type.NOT_INIT) {
      return !exact || now.type == RegisterState.Type.NOT_INIT;
    }
    if (old.type != now.type) {
      return false;
    }
    boolean numbers =
        exact
            ? old.scalar.isWithin(now.scalar) && now.scalar.isWithin(old.scalar)
            : now.scalar.isWithin(old.scalar);
    if (old.type == RegisterState.Type.SCALAR) {
      return !exact && finished && !old.precise
          || numbers
              && (old.id == 0 || old.moved == now.moved && old.offset == now.offset)
              && sameNumberId(old.id, now.id);
    }
    boolean same =
        numbers
            && old.offset == now.offset
            && old.where == now.where
            && old.memorySize == now.memorySize
            && java.util.Objects.equals(old.map, now.map);
    if (!same) {
      return false;
    }
    if (old.type.isPacket() && !coversRange(old.range, now.range)) {
      return false;
    }
    return old.id == 0 && now.id == 0 || sameId(old.id, now.id);
  }

  /** What is below 0 is no range, but where the pointer is. */
  private boolean coversRange(int old, int now) {
    return exact || old < 0 || now < 0 ? old == now : old <= now;
  }

  private boolean sameId(int old, int now) {
    if (old == 0 || now == 0) {
      return old == now;
    }
    Integer known = ids.putIfAbsent(old, now);
    Integer knownBack = idsBack.putIfAbsent(now, old);
    return known == null && knownBack == null || known != null && known == now;
  }

  /** A number without an id equals no other. */
  private boolean sameNumberId(int old, int now) {
    return sameId(old == 0 ? --fresh : old, now == 0 ? --fresh : now);
  }
}
