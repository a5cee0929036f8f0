package dev.sluice.engine.verifier;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.ByteSwap;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import dev.sluice.datapath.Unsupported;

/** Operations on registers ({@code check_alu_op} in {@code kernel/bpf/verifier.c}). */
final class ArithmeticCheck {
  private final Walk walk;
  private final PointerArithmetic pointers;

  ArithmeticCheck(Walk walk) {
    this.walk = walk;
    pointers = new PointerArithmetic(walk);
  }

  void check(Arithmetic arithmetic) {
    Register destination = arithmetic.destination();
    switch (arithmetic) {
      case Arithmetic.Binary(var width, var operator, var _, var source) -> {
        boolean wide = width == Width.W64;
        if (operator != ArithmeticOperator.MOV) {
          binary(wide, operator, destination, source);
        } else if (source instanceof Register register) {
          move(wide, destination, register);
        } else {
          RegisterState value = walk.read(source);
          if (!wide) {
            value.scalar.truncate(4);
          }
          walk.set(destination, value);
        }
      }
      case Arithmetic.Negate(var width, var _) -> negate(width == Width.W64, destination);
      case Arithmetic.MoveSigned(var width, int bits, var _, var source) ->
          moveSigned(width == Width.W64, bits, destination, source);
      case Arithmetic.SwapBytes(var swap, int bits, var _) -> {
        RegisterState value = walk.read(destination);
        RegisterState result = value.isScalar() ? value.copy() : RegisterState.unknown();
        if (value.isScalar()) {
          ScalarArithmetic.swapBytes(result.scalar, swap != ByteSwap.TO_LITTLE_ENDIAN, bits);
        }
        walk.set(destination, result);
      }
      case Arithmetic.CastAddressSpace _ ->
          throw new Unsupported("addr_space_cast", "the engine has no arenas");
    }
  }

  private void negate(boolean wide, Register destination) {
    RegisterState value = walk.read(destination);
    if (!value.isScalar()) {
      walk.set(destination, RegisterState.unknown());
      return;
    }
    Scalar zero = Scalar.known(0);
    ScalarArithmetic.compute(zero, ArithmeticOperator.SUB, value.scalar, wide);
    walk.set(destination, RegisterState.ofScalar(zero));
  }

  private void move(boolean wide, Register destination, Register source) {
    RegisterState value = walk.read(source);
    if (wide) {
      if (value.isScalar()) {
        walk.identify(value);
      }
      walk.set(destination, value.copy());
      return;
    }
    if (value.isPointer()) {
      // Privileged programs may see addresses as numbers.
      walk.set(destination, RegisterState.ofScalar(Scalar.ofBytes(4)));
      return;
    }
    RegisterState copy = copied(value, value.scalar.fitsIn(4));
    copy.scalar.zeroExtend();
    walk.set(destination, copy);
  }

  private void moveSigned(boolean wide, int bits, Register destination, Register source) {
    RegisterState value = walk.read(source);
    if (value.isPointer()) {
      walk.set(destination, RegisterState.ofScalar(wide ? Scalar.unknown() : Scalar.ofBytes(4)));
      return;
    }
    boolean unchanged = Long.compareUnsigned(value.scalar.umax, 1L << (bits - 1)) < 0;
    RegisterState copy = copied(value, unchanged);
    if (wide) {
      copy.scalar.signExtend(bits);
    } else {
      copy.scalar.signExtendLow(bits);
      copy.scalar.zeroExtend();
    }
    walk.set(destination, copy);
  }

  /** A copy that shares what is learned of the number if it stays the same. */
  private RegisterState copied(RegisterState value, boolean same) {
    if (same) {
      walk.identify(value);
    }
    RegisterState copy = value.copy();
    if (!same) {
      copy.id = 0;
      copy.moved = false;
    }
    return copy;
  }

  private void binary(
      boolean wide, ArithmeticOperator operator, Register destination, Operand source) {
    RegisterState right = walk.read(source);
    RegisterState left = walk.read(destination);
    if (source instanceof Immediate(int value)) {
      if (value == 0 && isDivision(operator)) {
        throw Rejection.invalid("div by zero");
      }
      requireShift(operator, value, wide);
    }
    Walk.requireWritable(destination);
    if (!left.isPointer() && !right.isPointer()) {
      RegisterState result = left.copy();
      ScalarArithmetic.compute(result.scalar, operator, right.scalar, wide);
      link(result, wide && operator == ArithmeticOperator.ADD, right);
      walk.set(destination, result);
      return;
    }
    if (left.isPointer() && right.isPointer()) {
      if (operator != ArithmeticOperator.SUB) {
        throw Rejection.access(
            "R%d pointer %s pointer prohibited",
            destination.number(), PointerArithmetic.symbol(operator));
      }
      walk.set(destination, RegisterState.unknown());
      return;
    }
    boolean swapped = right.isPointer();
    RegisterState pointer = swapped ? right : left;
    RegisterState scalar = swapped ? left : right;
    // Before the pointer is looked at: only a number comes out.
    walk.set(
        destination,
        pointers.compute(destination.number(), pointer, scalar, operator, wide, swapped));
  }

  /** A known number added keeps the link to numbers that were equal before, once. */
  private static void link(RegisterState result, boolean adds, RegisterState added) {
    if (!adds || result.id == 0 || !added.scalar.isKnown()) {
      result.unlink();
      return;
    }
    long delta = added.scalar.bits.value();
    if (result.moved || Long.compareUnsigned(delta, Integer.MAX_VALUE) > 0) {
      result.unlink();
    } else {
      result.moved = true;
      result.offset = (int) delta;
    }
  }

  private static boolean isDivision(ArithmeticOperator operator) {
    return switch (operator) {
      case DIV, MOD, SIGNED_DIV, SIGNED_MOD -> true;
      default -> false;
    };
  }

  private static void requireShift(ArithmeticOperator operator, int count, boolean wide) {
    boolean shifts =
        operator == ArithmeticOperator.LSH
            || operator == ArithmeticOperator.RSH
            || operator == ArithmeticOperator.ARSH;
    if (shifts && (count < 0 || count >= (wide ? 64 : 32))) {
      throw Rejection.invalid("invalid shift %d", count);
    }
  }
}
