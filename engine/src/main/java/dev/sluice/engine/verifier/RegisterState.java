package dev.sluice.engine.verifier;

import dev.sluice.bpf.MapFlag;
import dev.sluice.datapath.program.MapInfo;
import org.jspecify.annotations.Nullable;

/** What is known of a register or a spilled one ({@code struct bpf_reg_state}). */
final class RegisterState {
  /** What a register holds, with the verifier's word for it ({@code reg_type_str}). */
  enum Type {
    NOT_INIT("?"),
    SCALAR("scalar"),
    CONTEXT("ctx"),
    MAP("map_ptr"),
    MAP_OR_NULL("map_ptr_or_null"),
    MAP_VALUE("map_value"),
    MAP_VALUE_OR_NULL("map_value_or_null"),
    STACK("fp"),
    PACKET("pkt"),
    PACKET_META("pkt_meta"),
    PACKET_END("pkt_end"),
    MEMORY("ringbuf_mem"),
    MEMORY_OR_NULL("ringbuf_mem_or_null"),
    MAP_KEY("map_key"),
    FUNCTION("func");

    final String text;

    Type(String text) {
      this.text = text;
    }

    boolean isPointer() {
      return this != NOT_INIT && this != SCALAR;
    }

    boolean maybeNull() {
      return this == MAP_OR_NULL || this == MAP_VALUE_OR_NULL || this == MEMORY_OR_NULL;
    }

    boolean isPacket() {
      return this == PACKET || this == PACKET_META;
    }

    Type withoutNull() {
      return switch (this) {
        case MAP_OR_NULL -> MAP;
        case MAP_VALUE_OR_NULL -> MAP_VALUE;
        case MEMORY_OR_NULL -> MEMORY;
        default -> this;
      };
    }
  }

  Type type = Type.NOT_INIT;

  /** The number, or what is added to a pointer besides {@link #offset}. */
  Scalar scalar = Scalar.known(0);

  /** What is added to a pointer, known. */
  int offset;

  /** Of those that are equal, or come from one place, the same; 0 for none. */
  int id;

  /** Bytes of the packet from the pointer's start that are known to be there. */
  int range;

  /** The map, of a map or a value or key of one. */
  @Nullable MapInfo map;

  /** The shape of the maps in a map of maps. */
  @Nullable MapInfo inner;

  /** Bytes of memory that a helper gave. */
  long memorySize;

  /** The number under which memory must be given back; 0 for none. */
  int reference;

  /** The frame of a stack pointer; the slot of a function. */
  int where;

  static RegisterState ofScalar(Scalar scalar) {
    RegisterState state = new RegisterState();
    state.type = Type.SCALAR;
    state.scalar = scalar;
    return state;
  }

  static RegisterState ofKnown(long value) {
    return ofScalar(Scalar.known(value));
  }

  static RegisterState unknown() {
    return ofScalar(Scalar.unknown());
  }

  static RegisterState pointer(Type type) {
    RegisterState state = new RegisterState();
    state.type = type;
    return state;
  }

  RegisterState copy() {
    RegisterState copy = new RegisterState();
    copy.type = type;
    copy.scalar = scalar.copy();
    copy.offset = offset;
    copy.id = id;
    copy.range = range;
    copy.map = map;
    copy.inner = inner;
    copy.memorySize = memorySize;
    copy.reference = reference;
    copy.where = where;
    return copy;
  }

  boolean isScalar() {
    return type == Type.SCALAR;
  }

  boolean isPointer() {
    return type.isPointer();
  }

  boolean isKnownScalar() {
    return type == Type.SCALAR && scalar.isKnown();
  }

  boolean forbids(MapFlag flag) {
    return map != null && (map.flags() & flag.mask()) != 0;
  }
}
