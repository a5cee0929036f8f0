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
   * @param wide whether with 64 bits
   * @param swapped whether the pointer is the second operand
   */
  RegisterState compute(
      int number,
      RegisterState pointer,
      RegisterState scalar,
      ArithmeticOperator operator,
      boolean wide,
      boolean swapped) {
    if (isImpossible(scalar.scalar)) {
      return RegisterState.unknown();
    }
    if (!wide) {
      if (operator == ArithmeticOperator.SUB) {
        return RegisterState.unknown();
      }
      throw Rejection.access("R%d 32-bit pointer arithmetic prohibited", number);
    }
    requireMovable(number, pointer, scalar, operator);
    requireSane(scalar, pointer);
    requireSane(pointer, pointer);
    RegisterState result = pointer.copy();
    result.scalar.forgetLow();
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
    result.scalar.sync();
    return result;
  }

  /** The kernel's words do not tell division with sign from that without. */
  static String symbol(ArithmeticOperator operator) {
    return switch (operator) {
      case SIGNED_DIV -> ArithmeticOperator.DIV.symbol();
      case SIGNED_MOD -> ArithmeticOperator.MOD.symbol();
      default -> operator.symbol();
    };
  }

  /** A number on a branch that is never taken. */
  private static boolean isImpossible(Scalar scalar) {
    return scalar.isKnown() && (scalar.smin != scalar.smax || scalar.umin != scalar.umax)
        || scalar.smin > scalar.smax
        || Long.compareUnsigned(scalar.umin, scalar.umax) > 0;
  }

  private static void requireMovable(
      int number, RegisterState pointer, RegisterState scalar, ArithmeticOperator operator) {
    if (pointer.type.maybeNull()) {
      throw Rejection.access(
          "R%d pointer arithmetic on %s prohibited, null-check it first",
          number, pointer.type.text);
    }
    boolean movable =
        switch (pointer.type) {
          case CONTEXT, MAP_VALUE, STACK, PACKET, PACKET_META, MEMORY, MAP_KEY, FUNCTION -> true;
          case MAP ->
              operator == ArithmeticOperator.ADD
                  && scalar.scalar.isKnown()
                  && scalar.scalar.smin == 0;
          default -> false;
        };
    if (!movable) {
      throw Rejection.access("R%d pointer arithmetic on %s prohibited", number, pointer.type.text);
    }
  }

  private void add(RegisterState result, RegisterState scalar) {
    Scalar added = scalar.scalar;
    long sum = result.offset + added.smin;
    if (added.isKnown() && sum == (int) sum) {
      result.offset = (int) sum;
      return;
    }
    Scalar whole = result.scalar;
    ScalarArithmetic.addSigned(whole, added);
    boolean carries =
        Long.compareUnsigned(whole.umin + added.umin, added.umin) < 0
            || Long.compareUnsigned(whole.umax + added.umax, added.umax) < 0;
    whole.umin = carries ? 0 : whole.umin + added.umin;
    whole.umax = carries ? -1 : whole.umax + added.umax;
    whole.bits = whole.bits.add(added.bits);
    if (result.type.isPacket()) {
      result.id = walk.newId();
      result.range = 0;
    }
  }

  private void subtract(RegisterState result, RegisterState scalar) {
    Scalar taken = scalar.scalar;
    long difference = result.offset - taken.smin;
    if (taken.isKnown() && difference == (int) difference) {
      result.offset = (int) difference;
      return;
    }
    Scalar whole = result.scalar;
    boolean borrows = Long.compareUnsigned(whole.umin, taken.umax) < 0;
    ScalarArithmetic.subtractSigned(whole, taken);
    long least = whole.umin - taken.umax;
    whole.umax = borrows ? -1 : whole.umax - taken.umin;
    whole.umin = borrows ? 0 : least;
    whole.bits = whole.bits.subtract(taken.bits);
    if (result.type.isPacket()) {
      result.id = walk.newId();
      if (taken.smin < 0) {
        result.range = 0;
      }
    }
  }

  /** {@code check_reg_sane_offset}. */
  private static void requireSane(RegisterState checked, RegisterState pointer) {
    Scalar scalar = checked.scalar;
    String type = pointer.type.text;
    if (scalar.isKnown()
        && (scalar.bits.value() >= MOST_OFFSET || scalar.bits.value() <= -MOST_OFFSET)) {
      throw Rejection.invalid(
          "math between %s pointer and %d is not allowed", type, scalar.bits.value());
    }
    if (checked.isPointer() && (checked.offset >= MOST_OFFSET || checked.offset <= -MOST_OFFSET)) {
      throw Rejection.invalid("%s pointer offset %d is not allowed", type, checked.offset);
    }
    if (scalar.smin == Long.MIN_VALUE) {
      throw Rejection.invalid(
          "math between %s pointer and register with unbounded min value is not allowed", type);
    }
    if (scalar.smin >= MOST_OFFSET || scalar.smin <= -MOST_OFFSET) {
      throw Rejection.invalid("value %d makes %s pointer be out of bounds", scalar.smin, type);
    }
  }
}
