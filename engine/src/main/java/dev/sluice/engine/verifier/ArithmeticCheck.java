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
          boolean swaps = swap != ByteSwap.TO_LITTLE_ENDIAN;
          ScalarArithmetic.swapBytes(result.scalar, swaps, bits);
          if (swaps || bits != 64) {
            result.unlink();
          }
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
      copy.moved = 0;
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
      if (operator == ArithmeticOperator.AND || operator == ArithmeticOperator.OR) {
        fork(destination, left.scalar, right.scalar);
      }
      RegisterState result = left.copy();
      ScalarArithmetic.compute(result.scalar, operator, right.scalar, wide);
      if (source == destination) {
        result.unlink();
      } else {
        link(result, operator, right.scalar, wide, left.scalar.fitsIn(4));
      }
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
    if (swapped) {
      walk.needs(destination.number());
    } else if (source instanceof Register register) {
      walk.needs(register.number());
    }
    walk.set(
        destination,
        pointers.compute(destination.number(), pointer, scalar, operator, wide, swapped));
  }

  /**
   * A number that is all ones or 0, as a shifted sign is, goes two ways: here with ones, and later
   * once more with 0 ({@code maybe_fork_scalars}).
   */
  private void fork(Register destination, Scalar number, Scalar mask) {
    boolean wide = number.smin == -1 && number.smax == 0;
    if (!mask.isKnown() || !wide && !(number.lowSmin == -1 && number.lowSmax == 0)) {
      return;
    }
    Scalar zero = walk.again().register(destination.number()).scalar;
    if (wide) {
      zero.setKnown(0);
      number.setKnown(-1);
    } else {
      zero.setLowKnown(0);
      number.setLowKnown(-1);
    }
  }

  /** A known number added or taken keeps the link to numbers that were equal before, once. */
  private static void link(
      RegisterState result, ArithmeticOperator operator, Scalar added, boolean wide, boolean fits) {
    boolean known =
        (operator == ArithmeticOperator.ADD || operator == ArithmeticOperator.SUB)
            && result.id != 0
            && result.moved == 0
            && added.isKnown(wide);
    long value = added.bits.value();
    if (!known || (wide ? value != (int) value : !fits)) {
      result.unlink();
      return;
    }
    int delta = (int) value;
    if (operator == ArithmeticOperator.SUB) {
      if (delta == Integer.MIN_VALUE) {
        result.unlink();
        return;
      }
      delta = -delta;
    }
    result.moved = wide ? 64 : 32;
    result.offset = delta;
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
