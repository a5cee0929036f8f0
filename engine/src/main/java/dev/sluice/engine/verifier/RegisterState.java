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

    /** Whether a comparison with 0 is known not to hold ({@code reg_not_null}). */
    boolean isNeverNull() {
      return switch (this) {
        case MAP, MAP_VALUE, MAP_KEY, MEMORY -> true;
        default -> false;
      };
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

  /** What is added to a pointer, known; or to a number after {@link #id} was given, if it moved. */
  int offset;

  /**
   * Whether a number is {@link #offset} more than others of the same {@link #id}: 0 if it is not,
   * else with how many bits that was added.
   */
  int moved;

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

  /** Whether something hung on the number, in a state that is kept; copies begin without. */
  boolean precise;

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
    copy.set(this);
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

  /** Whether it points into the packet or to its end ({@code reg_is_pkt_pointer_any}). */
  boolean isOfPacket() {
    return type.isPacket() || type == Type.PACKET_END;
  }

  /** A pointer that may be null turns out not to be. */
  void setNotNull() {
    type = type.withoutNull();
    if (reference == 0) {
      id = 0;
    }
  }

  /** Becomes what another is. */
  void set(RegisterState other) {
    type = other.type;
    scalar.set(other.scalar);
    offset = other.offset;
    moved = other.moved;
    id = other.id;
    range = other.range;
    map = other.map;
    inner = other.inner;
    memorySize = other.memorySize;
    reference = other.reference;
    where = other.where;
  }

  /** No longer known to be equal to others. */
  void unlink() {
    id = 0;
    moved = 0;
    offset = 0;
  }

  boolean forbids(MapFlag flag) {
    return map != null && (map.flags() & flag.mask()) != 0;
  }
}
