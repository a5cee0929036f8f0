package dev.sluice.engine.verifier;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.context.ContextLayout;
import dev.sluice.engine.context.ContextPointer;
import org.jspecify.annotations.Nullable;

/** Loads and stores ({@code check_mem_access} in {@code kernel/bpf/verifier.c}). */
final class MemoryCheck {
  private static final long MOST_OFFSET = 1L << 29;
  private static final long MOST_PACKET_OFFSET = 0xffff;

  private final ContextLayout context;
  private final ProgramType type;

  MemoryCheck(ContextLayout context, ProgramType type) {
    this.context = context;
    this.type = type;
  }

  /** What a load gives. */
  RegisterState load(PathState state, int base, int offset, int size, boolean signed) {
    RegisterState pointer = state.register(base);
    return switch (pointer.type) {
      case STACK -> loadStack(state, base, pointer, offset, size, signed);
      case CONTEXT -> loadContext(base, pointer, offset, size, signed);
      default -> {
        check(state, base, offset, size, false);
        Scalar loaded = Scalar.ofBytes(size);
        if (signed) {
          loaded.signExtend(8 * size);
        }
        yield RegisterState.ofScalar(loaded);
      }
    };
  }

  /** Checks a store, and notes what is written. */
  void store(PathState state, int base, int offset, int size, @Nullable RegisterState value) {
    RegisterState pointer = state.register(base);
    switch (pointer.type) {
      case STACK -> storeStack(state, base, pointer, offset, size, value);
      case CONTEXT -> {
        requirePlainContext(base, pointer);
        if (!context.canStore(offset, size)) {
          throw Rejection.access("invalid bpf_context access off=%d size=%d", offset, size);
        }
      }
      default -> check(state, base, offset, size, true);
    }
  }

  private static void requirePlainContext(int base, RegisterState pointer) {
    if (pointer.offset != 0) {
      throw Rejection.access(
          "dereference of modified ctx ptr R%d off=%d disallowed", base, pointer.offset);
    }
    if (!pointer.scalar.isKnown() || pointer.scalar.bits.value() != 0) {
      throw Rejection.access("variable ctx access var_off=%s disallowed", variable(pointer.scalar));
    }
  }

  private static String variable(Scalar scalar) {
    return "(0x%x; 0x%x)".formatted(scalar.bits.value(), scalar.bits.mask());
  }

  private RegisterState loadContext(
      int base, RegisterState pointer, int offset, int size, boolean signed) {
    requirePlainContext(base, pointer);
    ContextPointer address = context.pointerAt(offset);
    boolean allowed = signed ? context.canLoadSigned(offset, size) : context.canLoad(offset, size);
    if (!allowed) {
      throw Rejection.access("invalid bpf_context access off=%d size=%d", offset, size);
    }
    if (address == null) {
      Scalar loaded = Scalar.ofBytes(size);
      if (signed) {
        loaded.signExtend(8 * size);
      }
      return RegisterState.ofScalar(loaded);
    }
    return RegisterState.pointer(
        switch (address) {
          case DATA -> RegisterState.Type.PACKET;
          case DATA_END -> RegisterState.Type.PACKET_END;
          case DATA_META -> RegisterState.Type.PACKET_META;
        });
  }

  /** An access of memory that is neither the stack nor the context. */
  void check(PathState state, int base, int offset, int size, boolean writes) {
    RegisterState pointer = state.register(base);
    switch (pointer.type) {
      case MAP_VALUE -> {
        MapInfo map = pointer.map;
        if (pointer.forbids(writes ? MapFlag.RDONLY_PROG : MapFlag.WRONLY_PROG) && map != null) {
          throw Rejection.access(
              "%s map forbidden, value_size=%d off=%d size=%d",
              writes ? "write into" : "read from", map.valueSize(), offset, size);
        }
        checkRegion(base, pointer, offset, size, map == null ? 0 : map.valueSize(), "map value");
      }
      case MAP_KEY -> {
        if (writes) {
          throw Rejection.access("write to change key R%d not allowed", base);
        }
        MapInfo map = pointer.map;
        checkRegion(base, pointer, offset, size, map == null ? 0 : map.keySize(), "map key");
      }
      case MEMORY -> checkRegion(base, pointer, offset, size, pointer.memorySize, "memory");
      case PACKET, PACKET_META -> {
        if (writes && (type == ProgramType.CGROUP_SKB || type == ProgramType.SOCKET_FILTER)) {
          throw Rejection.access("cannot write into packet");
        }
        checkPacket(base, pointer, offset, size);
      }
      default -> throw Rejection.access("R%d invalid mem access '%s'", base, pointer.type.text);
    }
  }

  private static void checkRegion(
      int base, RegisterState pointer, int offset, long size, long memory, String what) {
    Scalar variable = pointer.scalar;
    long whole = (long) pointer.offset + offset;
    if (variable.smin < 0
        && (variable.smin == Long.MIN_VALUE
            || whole + variable.smin < 0
            || variable.smin + offset + pointer.offset < 0)) {
      throw Rejection.access(
          "R%d min value is negative, either use unsigned index or do a if (index >=0) check.",
          base);
    }
    requireInside(whole + variable.smin, size, memory, what);
    if (Long.compareUnsigned(variable.umax, MOST_OFFSET) >= 0) {
      throw Rejection.access(
          "R%d unbounded memory access, make sure to bounds check any such access", base);
    }
    requireInside(whole + variable.umax, size, memory, what);
  }

  private static void requireInside(long from, long size, long memory, String what) {
    if (from < 0 || from + size > memory) {
      throw Rejection.access(
          "invalid access to %s, %s=%d off=%d size=%d",
          what, what.equals("map value") ? "value_size" : "mem_size", memory, from, size);
    }
  }

  private static void checkPacket(int base, RegisterState pointer, int offset, int size) {
    if (pointer.scalar.smin < 0) {
      throw Rejection.access(
          "R%d min value is negative, either use unsigned index or do a if (index >=0) check.",
          base);
    }
    long from = (long) pointer.offset + offset;
    if (from < 0 || from + size > pointer.range || pointer.range == 0 && size > 0) {
      throw Rejection.access(
          "invalid access to packet, off=%d size=%d, R%d(id=%d,off=%d,r=%d)\n"
              + "R%d offset is outside of the packet",
          from, size, base, pointer.id, pointer.offset, pointer.range, base);
    }
    if (Long.compareUnsigned(pointer.scalar.umax, MOST_PACKET_OFFSET) > 0) {
      throw Rejection.access("R%d offset is outside of the packet", base);
    }
  }

  /** Where on the stack a known access begins, from its end down: 0 to 511. */
  private static int place(int base, RegisterState pointer, int offset, int size, boolean writes) {
    long from = pointer.offset + offset + pointer.scalar.bits.value();
    if (from < -FrameState.STACK_BYTES || from + size > 0) {
      throw Rejection.access(
          "invalid %s stack R%d off=%d size=%d",
          writes ? "write to" : "read from", base, from, size);
    }
    return (int) from + FrameState.STACK_BYTES;
  }

  private static void requireAligned(RegisterState pointer, int offset, int size) {
    Tnum whole = pointer.scalar.bits.add(Tnum.known((long) pointer.offset + offset));
    if (((whole.value() | whole.mask()) & (size - 1)) != 0) {
      throw Rejection.access(
          "misaligned stack access off %s+%d+%d size %d",
          variable(pointer.scalar), pointer.offset, offset, size);
    }
  }

  /** Atomic accesses must be aligned wherever they are ({@code check_generic_ptr_alignment}). */
  void requireStrictAlignment(PathState state, int base, int offset, int size) {
    RegisterState pointer = state.register(base);
    String where =
        switch (pointer.type) {
          case MAP_VALUE -> "value ";
          case MEMORY -> "";
          default -> null;
        };
    if (where == null) {
      return;
    }
    Tnum whole = pointer.scalar.bits.add(Tnum.known((long) pointer.offset + offset));
    if (((whole.value() | whole.mask()) & (size - 1)) != 0) {
      throw Rejection.access(
          "misaligned %saccess off %s+%d+%d size %d",
          where, variable(pointer.scalar), pointer.offset, offset, size);
    }
  }

  /**
   * The key of an array that a program is known to ask for; −1 if it is not ({@code
   * get_constant_map_key}).
   */
  static long knownKey(PathState state, RegisterState pointer) {
    if (pointer.type != RegisterState.Type.STACK || !pointer.scalar.isKnown()) {
      return -1;
    }
    FrameState frame = state.frames.get(pointer.where);
    int at = (int) (pointer.offset + pointer.scalar.bits.value()) + FrameState.STACK_BYTES;
    int zeros = 0;
    while (at + zeros < (at | (FrameState.SLOT - 1)) + 1
        && frame.kinds[at + zeros] == FrameState.ZERO) {
      zeros++;
    }
    if (zeros >= Integer.BYTES) {
      return 0;
    }
    int slot = at / FrameState.SLOT;
    RegisterState spilled = frame.spilled[slot];
    if (spilled == null
        || at % FrameState.SLOT != 0
        || spilledSize(frame, slot) != Integer.BYTES
        || !spilled.isKnownScalar()) {
      return -1;
    }
    return spilled.scalar.bits.value();
  }

  private static RegisterState loadStack(
      PathState state, int base, RegisterState pointer, int offset, int size, boolean signed) {
    requireAligned(pointer, offset, size);
    FrameState frame = state.frames.get(pointer.where);
    if (!pointer.scalar.isKnown()) {
      requireStackRange(frame, base, pointer, offset, size, false);
      return RegisterState.ofScalar(signed ? Scalar.unknown() : Scalar.ofBytes(size));
    }
    int at = place(base, pointer, offset, size, false);
    int slot = at / FrameState.SLOT;
    RegisterState spilled = frame.spilled[slot];
    if (spilled != null && frame.kinds[at] == FrameState.SPILLED) {
      boolean whole = at % FrameState.SLOT == 0 && size == spilledSize(frame, slot);
      if (whole && !signed) {
        return spilled.copy();
      }
      if (spilled.isPointer()) {
        throw Rejection.access("invalid size of register fill");
      }
      if (spilled.scalar.isKnown() && at % FrameState.SLOT == 0) {
        Scalar part = spilled.scalar.copy();
        part.truncate(size);
        if (signed) {
          part.signExtend(8 * size);
        }
        return RegisterState.ofScalar(part);
      }
    } else {
      boolean zero = true;
      for (int i = at; i < at + size; i++) {
        zero &= frame.kinds[i] == FrameState.ZERO;
      }
      if (zero) {
        return RegisterState.ofKnown(0);
      }
    }
    Scalar loaded = Scalar.ofBytes(size);
    if (signed) {
      loaded.signExtend(8 * size);
    }
    return RegisterState.ofScalar(loaded);
  }

  private static int spilledSize(FrameState frame, int slot) {
    int size = 0;
    int from = slot * FrameState.SLOT;
    while (size < FrameState.SLOT && frame.kinds[from + size] == FrameState.SPILLED) {
      size++;
    }
    return size;
  }

  private static void storeStack(
      PathState state,
      int base,
      RegisterState pointer,
      int offset,
      int size,
      @Nullable RegisterState value) {
    requireAligned(pointer, offset, size);
    FrameState frame = state.frames.get(pointer.where);
    if (!pointer.scalar.isKnown()) {
      requireStackRange(frame, base, pointer, offset, size, true);
      return;
    }
    int at = place(base, pointer, offset, size, true);
    frame.scrub(at, size);
    boolean whole = at % FrameState.SLOT == 0;
    if (value == null) {
      return;
    }
    if (value.isPointer() && (!whole || size != FrameState.SLOT)) {
      if (size == FrameState.SLOT) {
        throw Rejection.access("invalid size of register spill");
      }
      return;
    }
    if (value.isKnownScalar() && value.scalar.bits.cast(size).value() == 0) {
      for (int i = at; i < at + size; i++) {
        frame.kinds[i] = FrameState.ZERO;
      }
      return;
    }
    if (whole) {
      RegisterState kept = value.copy();
      if (size < FrameState.SLOT) {
        if (Long.compareUnsigned(kept.scalar.umax, size == 4 ? 0xffff_ffffL : (1L << 8 * size) - 1)
            > 0) {
          kept.id = 0;
        }
        kept.scalar.truncate(size);
      }
      frame.spilled[at / FrameState.SLOT] = kept;
      for (int i = at; i < at + size; i++) {
        frame.kinds[i] = FrameState.SPILLED;
      }
    }
  }

  /** A place on the stack that is not known: all of what it may be. */
  private static void requireStackRange(
      FrameState frame, int base, RegisterState pointer, int offset, long size, boolean writes) {
    Scalar variable = pointer.scalar;
    if (variable.smax >= MOST_OFFSET || variable.smin <= -MOST_OFFSET) {
      throw Rejection.access(
          "invalid unbounded variable-offset %s stack R%d",
          writes ? "write to" : "read from", base);
    }
    long from = pointer.offset + offset + variable.smin;
    long to = pointer.offset + offset + variable.smax + size;
    if (from < -FrameState.STACK_BYTES || to > 0) {
      throw Rejection.access(
          "invalid variable-offset %s stack R%d var_off=%s off=%d size=%d",
          writes ? "write to" : "read from",
          base,
          variable(variable),
          pointer.offset + offset,
          size);
    }
    if (writes) {
      frame.scrub((int) from + FrameState.STACK_BYTES, (int) (to - from));
    }
  }

  /** Memory that a helper reads or writes. */
  void checkArgument(PathState state, int number, long size, boolean writes, boolean packetToo) {
    RegisterState pointer = state.register(number);
    if (size == 0) {
      return;
    }
    switch (pointer.type) {
      case STACK -> {
        FrameState frame = state.frames.get(pointer.where);
        if (pointer.scalar.isKnown()) {
          int at = place(number, pointer, 0, (int) size, writes);
          if (writes) {
            frame.scrub(at, (int) size);
          }
        } else {
          requireStackRange(frame, number, pointer, 0, size, writes);
        }
      }
      case PACKET, PACKET_META -> {
        if (!packetToo) {
          throw Rejection.access("helper access to the packet is not allowed");
        }
        checkPacket(number, pointer, 0, (int) size);
      }
      case MAP_VALUE, MAP_KEY, MEMORY -> check(state, number, 0, (int) size, writes);
      default ->
          throw Rejection.access(
              "R%d type=%s expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem",
              number, pointer.type.text);
    }
  }
}
