package dev.sluice.engine.verifier;

import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of the stack ({@code check_stack_read} and {@code check_stack_write} in {@code
 * kernel/bpf/verifier.c}). Programs are privileged, so they may read what they never wrote.
 */
final class StackCheck {
  private static final long MOST_OFFSET = 1L << 29;

  private final Walk walk;

  StackCheck(Walk walk) {
    this.walk = walk;
  }

  /** The bytes of a frame that an access may touch, counted from the lowest. */
  private record Place(int depth, FrameState frame, int from, int to, boolean known) {
    /** The slots that they are in, a bit each. */
    long slots() {
      if (from >= to) {
        return 0;
      }
      int first = from / FrameState.SLOT;
      int last = (to - 1) / FrameState.SLOT;
      return (-1L << first) & (-1L >>> (63 - last));
    }
  }

  private Place place(
      PathState state, int base, RegisterState pointer, int offset, long size, boolean writes) {
    Scalar variable = pointer.scalar;
    boolean known = variable.isKnown();
    long start = (long) pointer.offset + offset;
    String access = writes ? "write to" : "read from";
    if (!known && (variable.smax >= MOST_OFFSET || variable.smin <= -MOST_OFFSET)) {
      throw Rejection.access("invalid unbounded variable-offset %s stack R%d", access, base);
    }
    long least = start + (known ? variable.bits.value() : variable.smin);
    long most = start + (known ? variable.bits.value() : variable.smax) + size;
    if (least < -FrameState.STACK_BYTES || least >= 0 || most > 0) {
      throw Rejection.access(
          known
              ? "invalid %s stack R%d off=%d size=%d"
              : "invalid variable-offset %s stack R%d off=%d size=%d",
          access,
          base,
          known ? least : start,
          size);
    }
    return new Place(
        pointer.where,
        state.frames.get(pointer.where),
        (int) least + FrameState.STACK_BYTES,
        (int) most + FrameState.STACK_BYTES,
        known);
  }

  private static void requireAligned(RegisterState pointer, int offset, int size) {
    Tnum whole = pointer.scalar.bits.add(Tnum.known((long) pointer.offset + offset));
    if ((whole.most() & (size - 1)) != 0) {
      throw Rejection.access(
          "misaligned stack access off %s+%d+%d size %d",
          pointer.scalar.bits.text(), pointer.offset, offset, size);
    }
  }

  /** What a load gives, before it is cut to its size. */
  RegisterState load(PathState state, int base, int offset, int size) {
    RegisterState pointer = state.register(base);
    requireAligned(pointer, offset, size);
    Place place = place(state, base, pointer, offset, size, false);
    state.markRead(place.depth(), place.slots());
    FrameState frame = place.frame();
    int at = place.from();
    int slot = at / FrameState.SLOT;
    if (!place.known() || !frame.isSpilled(slot)) {
      return frame.isZero(at, place.to()) ? RegisterState.ofKnown(0) : RegisterState.unknown();
    }
    RegisterState spilled = frame.spilled(slot);
    int spilledSize = frame.spilledFrom(slot * FrameState.SLOT);
    if (size == FrameState.SLOT && spilledSize == FrameState.SLOT) {
      if (spilled.isScalar()) {
        walk.identify(spilled);
      }
      walk.noteStack(place.depth(), slot);
      return spilled.copy();
    }
    if (!spilled.isScalar()) {
      throw Rejection.access("invalid size of register fill");
    }
    if (size <= spilledSize && at % FrameState.SLOT == 0) {
      if (size == 4 && spilledSize == 4 && spilled.scalar.fitsIn(4)) {
        walk.identify(spilled);
      }
      walk.noteStack(place.depth(), slot);
      RegisterState part = spilled.copy();
      if (!part.scalar.fitsIn(size)) {
        part.id = 0;
        part.moved = 0;
      }
      return part;
    }
    boolean zero =
        frame.isZero(at, at + size)
            || (frame.spilledFrom(at) >= size && spilled.isKnownScalar() && isNull(spilled));
    if (zero) {
      walk.noteStack(place.depth(), slot);
    }
    return zero ? RegisterState.ofKnown(0) : RegisterState.unknown();
  }

  /** Atomic operations must know where on the stack they work, and on what. */
  void requireKnown(PathState state, int base, int offset, int size) {
    RegisterState pointer = state.register(base);
    if (pointer.type == RegisterState.Type.STACK && !pointer.scalar.isKnown()) {
      load(state, base, offset, size);
      throw Rejection.access(
          "variable offset stack pointer cannot be passed into helper function; off=%d size=%d",
          pointer.offset + offset, size);
    }
  }

  private static boolean isNull(RegisterState value) {
    return value.isKnownScalar() && value.scalar.bits.value() == 0;
  }

  /** Notes what is written: null for something unknown. */
  void store(PathState state, int base, int offset, int size, @Nullable RegisterState value) {
    RegisterState pointer = state.register(base);
    requireAligned(pointer, offset, size);
    Place place = place(state, base, pointer, offset, size, true);
    boolean zero = value != null && isNull(value);
    FrameState frame = place.frame();
    if (!place.known()) {
      storeSomewhere(frame, place.from(), place.to(), zero);
      return;
    }
    int at = place.from();
    boolean whole = at % FrameState.SLOT == 0;
    if (size == FrameState.SLOT) {
      frame.written |= place.slots();
    }
    if (value != null && value.isScalar() && whole) {
      boolean fits = value.scalar.fitsIn(size);
      if (fits) {
        walk.identify(value);
      }
      RegisterState kept = value.copy();
      if (!fits) {
        kept.id = 0;
        kept.moved = 0;
      }
      frame.spill(at / FrameState.SLOT, size, kept);
      walk.noteStack(place.depth(), at / FrameState.SLOT);
    } else if (value != null && value.isPointer()) {
      if (size != FrameState.SLOT) {
        throw Rejection.access("invalid size of register spill");
      }
      if (frame != state.frame() && value.type == RegisterState.Type.STACK) {
        throw Rejection.invalid("cannot spill pointers to stack into stack frame of the caller");
      }
      frame.spill(at / FrameState.SLOT, size, value.copy());
      walk.noteStack(place.depth(), at / FrameState.SLOT);
    } else {
      frame.overwrite(at, size, zero ? FrameState.ZERO : FrameState.ANYTHING);
    }
  }

  /** A write to one of many places: all may hold it now, or what they held. */
  private static void storeSomewhere(FrameState frame, int from, int to, boolean zero) {
    for (int at = from; at < to; at++) {
      int slot = at / FrameState.SLOT;
      byte kind = frame.kinds[at];
      if (zero && kind == FrameState.SPILLED && isNull(frame.spilled(slot))) {
        continue;
      }
      frame.spilled[slot] = null;
      frame.kinds[at] = zero && kind == FrameState.ZERO ? FrameState.ZERO : FrameState.ANYTHING;
    }
  }

  /**
   * Memory that a helper reads or writes.
   *
   * @param replaced whether all of it is overwritten, so that it need not hold anything before
   */
  void argument(PathState state, int number, long size, boolean writes, boolean replaced) {
    RegisterState pointer = state.register(number);
    Place place = place(state, number, pointer, 0, size, writes);
    if (!replaced || !place.known()) {
      state.markRead(place.depth(), place.slots());
    }
    if (!writes) {
      return;
    }
    FrameState frame = place.frame();
    if (replaced && place.known()) {
      for (int at = place.from(); at < place.to(); at++) {
        frame.overwrite(at, 1, FrameState.ANYTHING);
      }
      return;
    }
    for (int at = place.from(); at < place.to(); at++) {
      int slot = at / FrameState.SLOT;
      if (frame.kinds[at] != FrameState.SPILLED) {
        frame.kinds[at] = FrameState.ANYTHING;
      } else if (frame.isSpilled(slot)) {
        frame.scrub(slot);
      }
    }
  }

  /**
   * The key of an array that a program is known to ask for; −1 if it is not ({@code
   * get_constant_map_key}).
   */
  long knownKey(PathState state, RegisterState pointer) {
    if (pointer.type != RegisterState.Type.STACK || !pointer.scalar.isKnown()) {
      return -1;
    }
    FrameState frame = state.frames.get(pointer.where);
    int at = (int) (pointer.offset + pointer.scalar.bits.value()) + FrameState.STACK_BYTES;
    int slot = at / FrameState.SLOT;
    if (frame.isZero(at, Math.min(at + Integer.BYTES, (slot + 1) * FrameState.SLOT))
        && at % FrameState.SLOT <= Integer.BYTES) {
      return 0;
    }
    RegisterState spilled = frame.spilled(slot);
    boolean asked =
        frame.isSpilled(slot) && spilled.isKnownScalar() && frame.spilledFrom(at) == Integer.BYTES;
    if (asked) {
      walk.needsSlot(pointer.where, slot);
    }
    return asked ? spilled.scalar.bits.value() : -1;
  }
}
