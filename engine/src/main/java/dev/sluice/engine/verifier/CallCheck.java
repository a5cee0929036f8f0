package dev.sluice.engine.verifier;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.helper.ArgumentKind;
import dev.sluice.engine.helper.HelperSignature;
import dev.sluice.engine.helper.HelperTable;
import org.jspecify.annotations.Nullable;

/** Calls of helpers ({@code check_helper_call} and {@code check_func_arg}). */
final class CallCheck {
  private static final long MOST_SIZE = 1L << 29;

  private final Walk walk;
  private final ProgramSpec spec;
  private final HelperTable helpers;
  private final MemoryCheck memory;

  CallCheck(Walk walk, ProgramSpec spec, MemoryCheck memory) {
    this.walk = walk;
    this.spec = spec;
    this.memory = memory;
    helpers = HelperTable.of(spec.type());
  }

  /** What the arguments of a call said, for its result. */
  private static final class Arguments {
    private @Nullable MapInfo map;
    private @Nullable MapInfo inner;
    private @Nullable RegisterState callback;
    private long allocated = -1;
    private int released;
    private boolean knownToBeThere;
  }

  /**
   * Checks a call and notes what it does.
   *
   * @return the function that the helper calls back; null for none
   */
  @Nullable RegisterState call(PathState state, int slot, int id) {
    helpers.requireSupported(id);
    String refusal = helpers.refusal(id, spec.isGplCompatible());
    HelperSignature signature = helpers.signature(id);
    if (refusal != null || signature == null) {
      throw Rejection.invalid("%s", refusal == null ? "unknown func #" + id : refusal);
    }
    Arguments arguments = new Arguments();
    for (int i = 0; i < signature.argumentCount(); i++) {
      checkArgument(state, i + 1, signature, arguments);
    }
    if (signature.helper() == HelperFunction.TAIL_CALL) {
      walk.needs(3);
    }
    requireMapFor(signature.helper(), arguments.map);
    lock(state, signature.helper());
    if (arguments.released != 0) {
      release(state, arguments.released);
    }
    if (signature.changesPacket()) {
      state.forgetPacket();
    }
    RegisterState result = result(state, slot, signature, arguments);
    if (arguments.callback == null) {
      clearScratch(state);
      state.set(0, result);
    }
    return arguments.callback;
  }

  /** R1 to R5 are lost in a call. */
  static void clearScratch(PathState state) {
    for (int number = 0; number <= 5; number++) {
      state.set(number, new RegisterState());
    }
  }

  private static void lock(PathState state, HelperFunction helper) {
    if (helper == HelperFunction.SPIN_LOCK) {
      if (state.locked) {
        throw Rejection.invalid("Locking two bpf_spin_locks are not allowed");
      }
      state.locked = true;
    } else if (helper == HelperFunction.SPIN_UNLOCK) {
      if (!state.locked) {
        throw Rejection.invalid("bpf_spin_unlock without taking a lock");
      }
      state.locked = false;
    } else if (state.locked) {
      throw Rejection.invalid("function calls are not allowed while holding a lock");
    }
  }

  private static void release(PathState state, int reference) {
    state.references.remove(reference);
    state.forEach(
        other -> {
          if (other.reference == reference) {
            other.set(RegisterState.unknown());
          }
        });
  }

  private RegisterState result(
      PathState state, int slot, HelperSignature signature, Arguments arguments) {
    return switch (signature.returns()) {
      case INTEGER -> RegisterState.unknown();
      case VOID -> new RegisterState();
      case MAP_VALUE_OR_NULL -> {
        MapInfo inner = arguments.inner;
        boolean found =
            inner == null
                && arguments.knownToBeThere
                && signature.helper() == HelperFunction.MAP_LOOKUP_ELEM;
        RegisterState value =
            RegisterState.pointer(
                found
                    ? RegisterState.Type.MAP_VALUE
                    : inner != null
                        ? RegisterState.Type.MAP_OR_NULL
                        : RegisterState.Type.MAP_VALUE_OR_NULL);
        value.map = inner != null ? inner : arguments.map;
        value.id = walk.newId();
        yield value;
      }
      case ALLOCATED_MEMORY_OR_NULL -> {
        RegisterState given = RegisterState.pointer(RegisterState.Type.MEMORY_OR_NULL);
        given.memorySize = arguments.allocated;
        given.id = walk.newId();
        given.reference = given.id;
        state.references.put(given.id, slot);
        yield given;
      }
    };
  }

  private void checkArgument(
      PathState state, int number, HelperSignature signature, Arguments arguments) {
    ArgumentKind kind = signature.arguments().get(number - 1);
    RegisterState given = state.register(number);
    if (given.type == RegisterState.Type.NOT_INIT) {
      throw Rejection.access("R%d !read_ok", number);
    }
    if (kind == ArgumentKind.ANYTHING) {
      return;
    }
    if (given.type.isPacket() && !signature.readsPacket()) {
      throw Rejection.access("helper access to the packet is not allowed");
    }
    if (kind.mayBeNull() && isNull(given)) {
      return;
    }
    switch (kind) {
      case ANYTHING -> {}
      case CONTEXT -> {
        require(number, given, RegisterState.Type.CONTEXT);
        MemoryCheck.requirePlain(number, given);
      }
      case MAP -> {
        require(number, given, RegisterState.Type.MAP);
        arguments.map = given.map;
        arguments.inner = given.inner;
      }
      case MAP_KEY -> {
        MapInfo map = mapOf(arguments);
        checkMemory(state, number, map.keySize(), false, false);
        boolean array = map.type() == MapType.ARRAY || map.type() == MapType.PERCPU_ARRAY;
        arguments.knownToBeThere =
            array && isBelow(memory.knownKey(state, given), map.maxEntries());
      }
      case MAP_VALUE -> checkMemory(state, number, mapOf(arguments).valueSize(), false, false);
      case MAP_VALUE_ROOM -> checkMemory(state, number, mapOf(arguments).valueSize(), true, true);
      case MEMORY, MEMORY_ROOM, MEMORY_OR_NULL, MEMORY_ROOM_OR_NULL -> requireMemory(number, given);
      case FIXED_MEMORY -> checkMemory(state, number, signature.fixedSize(), true, false);
      case SIZE, SIZE_OR_ZERO -> checkSize(state, number, signature, kind);
      case ALLOCATION_SIZE -> {
        if (!given.isKnownScalar()) {
          throw Rejection.access("R%d is not a known constant'", number);
        }
        walk.needs(number);
        arguments.allocated = given.scalar.bits.value();
      }
      case ALLOCATED_MEMORY -> {
        require(number, given, RegisterState.Type.MEMORY);
        if (given.offset != 0) {
          throw Rejection.invalid(
              "R%d must have zero offset when passed to release func or trusted arg to kfunc",
              number);
        }
        arguments.released = given.reference;
      }
      case SPIN_LOCK -> {
        require(number, given, RegisterState.Type.MAP_VALUE);
        checkMemory(state, number, Integer.BYTES, true, false);
      }
      case FUNCTION -> {
        require(number, given, RegisterState.Type.FUNCTION);
        arguments.callback = given;
      }
      case STACK_OR_NULL -> require(number, given, RegisterState.Type.STACK);
      case CONSTANT_STRING -> {
        require(number, given, RegisterState.Type.MAP_VALUE);
        if (!given.forbids(MapFlag.RDONLY_PROG)) {
          throw Rejection.access("R%d does not point to a readonly map'", number);
        }
      }
    }
  }

  private static MapInfo mapOf(Arguments arguments) {
    MapInfo map = arguments.map;
    if (map == null) {
      throw Rejection.access("invalid map_ptr to access map->key");
    }
    return map;
  }

  private static boolean isBelow(long key, int entries) {
    return key >= 0 && key < Integer.toUnsignedLong(entries);
  }

  private static boolean isNull(RegisterState given) {
    return given.isKnownScalar() && given.scalar.bits.value() == 0;
  }

  private static void require(int number, RegisterState given, RegisterState.Type expected) {
    if (given.type != expected) {
      throw Rejection.access("R%d type=%s expected=%s", number, given.type.text, expected.text);
    }
  }

  private static void requireMemory(int number, RegisterState given) {
    switch (given.type) {
      case STACK, PACKET, PACKET_META, MAP_VALUE, MAP_KEY, MEMORY -> {}
      default ->
          throw Rejection.access(
              "R%d type=%s expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf,"
                  + " trusted_ptr_",
              number, given.type.text);
    }
  }

  private void checkMemory(
      PathState state, int number, long size, boolean writes, boolean replaced) {
    requireMemory(number, state.register(number));
    memory.checkArgument(state, number, size, writes, replaced);
  }

  private void checkSize(
      PathState state, int number, HelperSignature signature, ArgumentKind kind) {
    RegisterState size = state.register(number);
    if (!size.isScalar()) {
      throw Rejection.access("R%d type=%s expected=scalar", number, size.type.text);
    }
    if (size.scalar.smin < 0) {
      throw Rejection.access(
          "R%d min value is negative, either use unsigned or 'var &= const'", number);
    }
    if (size.scalar.umin == 0 && kind == ArgumentKind.SIZE) {
      throw Rejection.access(
          "R%d invalid zero-sized read: u64=[%s,%s]",
          number, Long.toUnsignedString(size.scalar.umin), Long.toUnsignedString(size.scalar.umax));
    }
    if (Long.compareUnsigned(size.scalar.umax, MOST_SIZE) >= 0) {
      throw Rejection.access(
          "R%d unbounded memory access, use 'var &= const' or 'if (var < const)'", number);
    }
    ArgumentKind before = signature.arguments().get(number - 2);
    boolean replaced = before == ArgumentKind.MEMORY_ROOM && size.isKnownScalar();
    boolean writes =
        before == ArgumentKind.MEMORY_ROOM || before == ArgumentKind.MEMORY_ROOM_OR_NULL;
    RegisterState pointer = state.register(number - 1);
    long most = size.scalar.umax;
    if (most != 0 || kind != ArgumentKind.SIZE_OR_ZERO || !isNull(pointer)) {
      memory.checkArgument(state, number - 1, most, writes, replaced);
    }
    walk.needs(number);
  }

  /** {@code check_map_func_compatibility}. */
  private static void requireMapFor(HelperFunction helper, @Nullable MapInfo map) {
    if (map == null || map.type() == null) {
      return;
    }
    MapType type = map.type();
    boolean fits =
        switch (helper) {
          case TAIL_CALL -> type == MapType.PROG_ARRAY;
          case PERF_EVENT_OUTPUT -> type == MapType.PERF_EVENT_ARRAY;
          case RINGBUF_OUTPUT, RINGBUF_RESERVE, RINGBUF_QUERY -> type == MapType.RINGBUF;
          case MAP_PUSH_ELEM, MAP_PEEK_ELEM, MAP_POP_ELEM ->
              type == MapType.QUEUE || type == MapType.STACK || type == MapType.BLOOM_FILTER;
          case MAP_LOOKUP_PERCPU_ELEM -> type.isPerCpu();
          default ->
              switch (type) {
                case PROG_ARRAY, PERF_EVENT_ARRAY, RINGBUF, QUEUE, STACK -> false;
                case ARRAY_OF_MAPS, HASH_OF_MAPS -> helper == HelperFunction.MAP_LOOKUP_ELEM;
                default -> true;
              };
        };
    if (!fits) {
      throw Rejection.invalid(
          "cannot pass map_type %d into func %s#%d",
          map.typeNumber(), helper.kernelName(), helper.id());
    }
  }
}
