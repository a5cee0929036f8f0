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

  private final StackCheck stack;
  private final ContextLayout context;
  private final ProgramType type;

  MemoryCheck(Walk walk, ContextLayout context, ProgramType type) {
    stack = new StackCheck(walk);
    this.context = context;
    this.type = type;
  }

  /** What a load gives. */
  RegisterState load(PathState state, int base, int offset, int size, boolean signed) {
    RegisterState pointer = state.register(base);
    return switch (pointer.type) {
      case STACK -> {
        RegisterState loaded = stack.load(state, base, offset, size);
        if (loaded.isScalar()) {
          cut(loaded.scalar, size, signed);
        }
        yield loaded;
      }
      case CONTEXT -> loadContext(base, pointer, offset, size, signed);
      default -> {
        check(state, base, offset, size, false);
        yield ofSize(size, signed);
      }
    };
  }

  private static RegisterState ofSize(int size, boolean signed) {
    RegisterState loaded = RegisterState.unknown();
    cut(loaded.scalar, size, signed);
    return loaded;
  }

  private static void cut(Scalar loaded, int size, boolean signed) {
    if (signed) {
      loaded.signExtend(8 * size);
    } else {
      loaded.truncate(size);
    }
  }

  /** Checks a store, and notes what is written. */
  void store(PathState state, int base, int offset, int size, @Nullable RegisterState value) {
    RegisterState pointer = state.register(base);
    switch (pointer.type) {
      case STACK -> stack.store(state, base, offset, size, value);
      case CONTEXT -> {
        requirePlain(base, pointer);
        if (!context.canStore(offset, size)) {
          throw Rejection.access("invalid bpf_context access off=%d size=%d", offset, size);
        }
      }
      default -> check(state, base, offset, size, true);
    }
  }

  /** A pointer that only counts as it was given ({@code check_ptr_off_reg}). */
  static void requirePlain(int base, RegisterState pointer) {
    if (pointer.offset != 0) {
      throw Rejection.access(
          pointer.offset < 0
              ? "negative offset %s ptr R%d off=%d disallowed"
              : "dereference of modified %s ptr R%d off=%d disallowed",
          pointer.type.text,
          base,
          pointer.offset);
    }
    if (!pointer.scalar.isKnown() || pointer.scalar.bits.value() != 0) {
      throw Rejection.access(
          "variable %s access var_off=%s disallowed",
          pointer.type.text, pointer.scalar.bits.text());
    }
  }

  private RegisterState loadContext(
      int base, RegisterState pointer, int offset, int size, boolean signed) {
    requirePlain(base, pointer);
    ContextPointer address = context.pointerAt(offset);
    boolean allowed = signed ? context.canLoadSigned(offset, size) : context.canLoad(offset, size);
    if (!allowed) {
      throw Rejection.access("invalid bpf_context access off=%d size=%d", offset, size);
    }
    if (address == null) {
      return ofSize(size, signed);
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
    requireInside(base, "min", whole + variable.smin, size, memory, what);
    if (Long.compareUnsigned(variable.umax, MOST_OFFSET) >= 0) {
      throw Rejection.access(
          "R%d unbounded memory access, make sure to bounds check any such access", base);
    }
    requireInside(base, "max", whole + variable.umax, size, memory, what);
  }

  private static void requireInside(
      int base, String bound, long from, long size, long memory, String what) {
    if (from < 0 || from + size > memory) {
      throw Rejection.access(
          "invalid access to %s, %s=%d off=%d size=%d\n"
              + "R%d %s value is outside of the allowed memory range",
          what,
          what.equals("map value") ? "value_size" : "mem_size",
          memory,
          from,
          size,
          base,
          bound);
    }
  }

  private static void checkPacket(int base, RegisterState pointer, int offset, int size) {
    if (pointer.scalar.smin < 0) {
      throw Rejection.access(
          "R%d min value is negative, either use unsigned index or do a if (index >=0) check.",
          base);
    }
    long from = (long) pointer.offset + offset;
    if (from < 0 || from + size > pointer.range || pointer.range < 0) {
      throw Rejection.access(
          "invalid access to packet, off=%d size=%d, R%d(id=%d,off=%d,r=%d)\n"
              + "R%d offset is outside of the packet",
          from, size, base, pointer.id, pointer.offset, pointer.range, base);
    }
    if (Long.compareUnsigned(pointer.scalar.umax, MOST_PACKET_OFFSET) > 0) {
      throw Rejection.access("R%d offset is outside of the packet", base);
    }
  }

  /** Atomic accesses must be aligned wherever they are ({@code check_generic_ptr_alignment}). */
  void requireStrictAlignment(PathState state, int base, int offset, int size) {
    RegisterState pointer = state.register(base);
    String where =
        switch (pointer.type) {
          case STACK -> "stack ";
          case MAP_VALUE -> "value ";
          case MAP_KEY -> "key ";
          default -> "";
        };
    Tnum whole = pointer.scalar.bits.add(Tnum.known((long) pointer.offset + offset));
    if (((whole.value() | whole.mask()) & (size - 1)) != 0) {
      throw Rejection.access(
          "misaligned %saccess off %s+%d+%d size %d",
          where, pointer.scalar.bits.text(), pointer.offset, offset, size);
    }
  }

  /** The key of an array that a program is known to ask for; −1 if it is not. */
  long knownKey(PathState state, RegisterState pointer) {
    return stack.knownKey(state, pointer);
  }

  /** Atomic operations must know where on the stack they work. */
  void requireKnownPlace(PathState state, int base, int offset, int size) {
    stack.requireKnown(state, base, offset, size);
  }

  /**
   * Memory that a helper reads or writes ({@code check_helper_mem_access}).
   *
   * @param replaced whether all of it is overwritten
   */
  void checkArgument(PathState state, int number, long size, boolean writes, boolean replaced) {
    RegisterState pointer = state.register(number);
    switch (pointer.type) {
      case STACK -> stack.argument(state, number, size, writes, replaced);
      case PACKET, PACKET_META -> checkPacket(number, pointer, 0, (int) size);
      case MAP_VALUE, MAP_KEY, MEMORY -> check(state, number, 0, (int) size, writes);
      default -> throw Rejection.access("R%d type=%s expected=fp", number, pointer.type.text);
    }
  }
}
