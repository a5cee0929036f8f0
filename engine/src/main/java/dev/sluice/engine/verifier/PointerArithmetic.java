package dev.sluice.engine.verifier;

import dev.sluice.bpf.ArithmeticOperator;

/** Numbers added to pointers ({@code adjust_ptr_min_max_vals} in {@code kernel/bpf/verifier.c}). */
final class PointerArithmetic {
  private static final int MOST_OFFSET = 1 << 29;

  private final Walk walk;

  PointerArithmetic(Walk walk) {
    this.walk = walk;
  }

  /**
   * Computes with at least one pointer.
   *
   * @param number the destination register
   * @param swapped whether the pointer is the second operand
   */
  RegisterState compute(
      int number,
      RegisterState pointer,
      RegisterState scalar,
      ArithmeticOperator operator,
      boolean swapped) {
    switch (pointer.type) {
      case MAP_VALUE_OR_NULL, MAP_OR_NULL, MEMORY_OR_NULL ->
          throw Rejection.access(
              "R%d pointer arithmetic on %s prohibited, null-check it first",
              number, pointer.type.text);
      case CONTEXT, MAP_VALUE, STACK, PACKET, PACKET_META, MEMORY, MAP_KEY -> {}
      default -> {
        boolean adds0 =
            pointer.type == RegisterState.Type.MAP
                && operator == ArithmeticOperator.ADD
                && scalar.isKnownScalar()
                && scalar.scalar.bits.value() == 0;
        if (!adds0) {
          throw Rejection.access(
              "R%d pointer arithmetic on %s prohibited", number, pointer.type.text);
        }
      }
    }
    if (scalar.scalar.isImpossible()) {
      return RegisterState.unknown();
    }
    requireSane(scalar, pointer);
    RegisterState result = pointer.copy();
    switch (operator) {
      case ADD -> add(result, scalar);
      case SUB -> {
        if (swapped) {
          throw Rejection.access("R%d tried to subtract pointer from scalar", number);
        }
        if (pointer.type == RegisterState.Type.STACK) {
          throw Rejection.access("R%d subtraction from stack pointer prohibited", number);
        }
        subtract(result, scalar);
      }
      case AND, OR, XOR ->
          throw Rejection.access(
              "R%d bitwise operator %s on pointer prohibited", number, symbol(operator));
      default ->
          throw Rejection.access(
              "R%d pointer arithmetic with %s operator prohibited", number, symbol(operator));
    }
    requireSane(result, result);
    return result;
  }

  private static String symbol(ArithmeticOperator operator) {
    return operator.symbol();
  }

  private void add(RegisterState result, RegisterState scalar) {
    Scalar added = scalar.scalar;
    long sum = result.offset + added.smin;
    if (added.isKnown() && sum == (int) sum && added.smin == added.smax) {
      result.offset = (int) sum;
      return;
    }
    result.scalar.add(added);
    forgetRange(result);
  }

  private void subtract(RegisterState result, RegisterState scalar) {
    Scalar taken = scalar.scalar;
    long difference = result.offset - taken.smin;
    if (taken.isKnown() && difference == (int) difference) {
      result.offset = (int) difference;
      return;
    }
    boolean mayBeNegative = taken.smin < 0;
    result.scalar.subtract(taken);
    if (result.type.isPacket()) {
      result.id = walk.newId();
      if (mayBeNegative) {
        result.range = 0;
      }
    }
  }

  private void forgetRange(RegisterState result) {
    if (result.type.isPacket()) {
      result.id = walk.newId();
      result.range = 0;
    }
  }

  /** {@code check_reg_sane_offset}. */
  private static void requireSane(RegisterState checked, RegisterState pointer) {
    Scalar scalar = checked.scalar;
    String type = pointer.type.text;
    if (scalar.isKnown()
        && (scalar.bits.value() >= MOST_OFFSET || scalar.bits.value() <= -MOST_OFFSET)) {
      throw Rejection.access(
          "math between %s pointer and %d is not allowed", type, scalar.bits.value());
    }
    if (checked.isPointer() && (checked.offset >= MOST_OFFSET || checked.offset <= -MOST_OFFSET)) {
      throw Rejection.access("%s pointer offset %d is not allowed", type, checked.offset);
    }
    if (scalar.smin == Long.MIN_VALUE) {
      throw Rejection.access(
          "math between %s pointer and register with unbounded min value is not allowed", type);
    }
    if (scalar.smin >= MOST_OFFSET || scalar.smin <= -MOST_OFFSET) {
      throw Rejection.access("value %d makes %s pointer be out of bounds", scalar.smin, type);
    }
  }
}
