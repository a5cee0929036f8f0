package dev.sluice.engine.verifier;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a state is covered by one that was looked at before, so that nothing new can come of it
 * ({@code states_equal} in {@code kernel/bpf/verifier.c}).
 */
final class StateComparison {
  private final ProgramLayout layout;
  private final boolean exact;
  private final Map<Integer, Integer> ids = new HashMap<>();

  private StateComparison(ProgramLayout layout, boolean exact) {
    this.layout = layout;
    this.exact = exact;
  }

  /**
   * Compares.
   *
   * @param slot where both are
   * @param exact whether they must be the same, as for a loop that never ends
   */
  static boolean covers(
      ProgramLayout layout, PathState old, PathState now, int slot, boolean exact) {
    return new StateComparison(layout, exact).covers(old, now, slot);
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
      if (!coversStack(before, after)) {
        return false;
      }
    }
    return true;
  }

  private boolean coversStack(FrameState before, FrameState after) {
    for (int slot = 0; slot < before.spilled.length; slot++) {
      RegisterState old = before.spilled[slot];
      RegisterState now = after.spilled[slot];
      if (old != null && (now == null || !covers(old, now))) {
        return false;
      }
      for (int at = slot * FrameState.SLOT; at < (slot + 1) * FrameState.SLOT; at++) {
        if (!coversByte(before.kinds[at], after.kinds[at], now)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean coversByte(byte old, byte now, @Nullable RegisterState spilledNow) {
    if (exact) {
      return old == now;
    }
    return switch (old) {
      case FrameState.NEVER_WRITTEN -> true;
      case FrameState.ANYTHING ->
          now != FrameState.SPILLED || spilledNow == null || spilledNow.isScalar();
      default -> old == now;
    };
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
      return numbers
          && (old.id == 0
              || (sameId(old.id, now.id) && old.moved == now.moved && old.offset == now.offset));
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
    if ((old == 0) != (now == 0)) {
      return false;
    }
    Integer known = ids.putIfAbsent(old, now);
    return known == null || known == now;
  }
}
