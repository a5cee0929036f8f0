package dev.sluice.compiler.ir;

/** What a node does. */
public enum Op {
  /** What the program or function was given: {@link Node#number} is 1 for the first. */
  ARGUMENT(true),
  /** {@link Node#number}. */
  CONSTANT(true),
  /** One of its inputs, by which predecessor the block was entered from. */
  PHI(true),

  ADD(true),
  SUB(true),
  MUL(true),
  /** Signed; the divisor is not 0. */
  DIV(true),
  /** Signed; the divisor is not 0. */
  REM(true),
  /** Unsigned; the divisor is not 0. */
  UDIV(true),
  /** Unsigned; the divisor is not 0. */
  UREM(true),
  AND(true),
  OR(true),
  XOR(true),
  /** Shifts by the lowest 5 or 6 bits of the second input. */
  SHL(true),
  SHR(true),
  USHR(true),
  NEG(true),
  /** The lowest 8 bits, sign-extended to 32. */
  SIGN8(true),
  /** The lowest 16 bits, sign-extended to 32. */
  SIGN16(true),
  /** 32 bits sign-extended to 64. */
  SIGN32(true),
  /** 32 bits zero-extended to 64. */
  ZERO32(true),
  /** The lower 32 of 64 bits. */
  LOW32(true),
  /** Reverses the bytes of the lowest {@link Node#number} bits; the rest becomes 0. */
  SWAP(true),

  /** Loads a field of the context: {@link Node#number} its offset, {@link Node#size}. */
  CONTEXT_LOAD(true),
  /** Stores a field of the context: the value; {@link Node#number}, {@link Node#size}. */
  CONTEXT_STORE(false),
  /**
   * Loads from the packet, in network byte order; the offset is the first input. Becomes a load and
   * a check, which may end the program: it stays also where nobody uses what it loads.
   */
  PACKET_LOAD(false),
  /** Stores to the packet, in network byte order: offset and value. */
  PACKET_STORE(false),
  /** Where the packet begins; not the same after what moves it. */
  PACKET_START(true),
  /** Where the packet ends. */
  PACKET_END(true),
  /** A pointer and a number that is 0 to 0x7fff. */
  POINTER_ADD(true),
  /** Loads in the machine's byte order: from a pointer at {@link Node#number}. */
  LOAD(true),
  /** Stores in the machine's byte order: pointer and value; {@link Node#number} the offset. */
  STORE(false),
  /**
   * Changes memory atomically: pointer, value and for a comparison what is expected; {@link
   * Node#name} is an {@link dev.sluice.bpf.AtomicOperator}. Gives what was there, if that says so.
   */
  ATOMIC(false),
  /** The address of a map, {@link Node#name}. */
  MAP(true),
  /** The address of a byte of an array map's value: {@link Node#name}, {@link Node#number}. */
  MAP_VALUE(true),
  /** The address of room on the stack of {@link Node#size} bytes. */
  STACK(true),
  /** The address of a function of the program, {@link Node#name}. */
  FUNCTION(true),
  /** Calls a helper, {@link Node#number}, with its inputs. */
  CALL(false),
  /** Calls a function of the program, {@link Node#name}, with its inputs. */
  INVOKE(false);

  private final boolean removable;

  Op(boolean removable) {
    this.removable = removable;
  }

  /** Whether a node may be removed where nobody uses its value. */
  public boolean isRemovable() {
    return removable;
  }

  /** Whether equal inputs give equal values, whenever it is done. */
  public boolean isPure() {
    return switch (this) {
      case PHI,
          CONTEXT_LOAD,
          CONTEXT_STORE,
          PACKET_LOAD,
          PACKET_STORE,
          PACKET_START,
          PACKET_END,
          POINTER_ADD,
          LOAD,
          STORE,
          ATOMIC,
          STACK,
          CALL,
          INVOKE ->
          false;
      default -> true;
    };
  }
}
