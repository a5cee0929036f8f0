package dev.sluice.compiler.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node would give is often known, or is one of its inputs. */
final class Folding {
  private Folding() {}

  /** The value of a node that is not made yet; null if it must be made. */
  static @Nullable Node fold(Graph graph, Op op, Type type, List<Node> inputs, long number) {
    if (inputs.isEmpty() || !op.isPure()) {
      return null;
    }
    Node first = inputs.getFirst();
    if (inputs.size() == 1) {
      return first.isConstant()
          ? graph.constant(type, unary(op, type, first.number(), number), first.position())
          : unaryOfUnary(op, first, number);
    }
    Node second = inputs.get(1);
    if (first.isConstant() && second.isConstant()) {
      return isDivision(op) && second.number() == 0
          ? null
          : graph.constant(
              type, binary(op, type, first.number(), second.number()), first.position());
    }
    return identity(op, first, second);
  }

  private static boolean isDivision(Op op) {
    return op == Op.DIV || op == Op.REM || op == Op.UDIV || op == Op.UREM;
  }

  private static @Nullable Node unaryOfUnary(Op op, Node input, long number) {
    boolean swapsBack =
        op == Op.SWAP
            && input.op() == Op.SWAP
            && input.number() == number
            && (number > 16 || width(input.input(0)) <= 16);
    boolean inverse =
        swapsBack
            || op == Op.LOW32 && (input.op() == Op.ZERO32 || input.op() == Op.SIGN32)
            || op == Op.NEG && input.op() == Op.NEG;
    return inverse ? input.input(0) : null;
  }

  private static @Nullable Node identity(Op op, Node first, Node second) {
    boolean zero = second.isConstant(0);
    return switch (op) {
      case ADD -> zero ? first : first.isConstant(0) ? second : null;
      case OR, XOR -> zero ? first : first.isConstant(0) ? second : null;
      case SUB, SHL, SHR, USHR -> zero ? first : null;
      case AND ->
          zero
              ? second
              : first.isConstant(0) ? first : second.isConstant(-1) ? first : masked(first, second);
      case MUL -> second.isConstant(1) ? first : zero ? second : null;
      case DIV, UDIV -> second.isConstant(1) ? first : null;
      default -> null;
    };
  }

  /** A mask that takes nothing away from what is narrow already. */
  private static @Nullable Node masked(Node first, Node second) {
    if (!second.isConstant() || first.type() != Type.INT) {
      return null;
    }
    int bits = width(first);
    long all = bits >= 32 ? -1 : (1L << bits) - 1;
    return bits < 32 && (second.number() & all) == all ? first : null;
  }

  /** Bits of a number of 32 that may be other than 0. */
  private static int width(Node node) {
    return switch (node.op()) {
      case PACKET_LOAD, LOAD, CONTEXT_LOAD -> 8 * node.size();
      case SWAP -> (int) node.number();
      case AND -> node.input(1).isConstant() ? bits(node.input(1).number()) : 32;
      default -> 32;
    };
  }

  private static int bits(long mask) {
    return 64 - Long.numberOfLeadingZeros(mask & 0xffff_ffffL);
  }

  private static long unary(Op op, Type type, long value, long number) {
    return switch (op) {
      case NEG -> -value;
      case SIGN8 -> (byte) value;
      case SIGN16 -> (short) value;
      case SIGN32, LOW32 -> (int) value;
      case ZERO32 -> value & 0xffff_ffffL;
      case SWAP ->
          switch ((int) number) {
            case 16 -> Short.reverseBytes((short) value) & 0xffffL;
            case 32 -> Integer.reverseBytes((int) value) & 0xffff_ffffL;
            default -> Long.reverseBytes(value);
          };
      default -> throw new IllegalStateException(op + " of one constant of " + type);
    };
  }

  private static long binary(Op op, Type type, long a, long b) {
    boolean narrow = type == Type.INT;
    int count = (int) b & (narrow ? 31 : 63);
    long ua = narrow ? a & 0xffff_ffffL : a;
    long ub = narrow ? b & 0xffff_ffffL : b;
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case REM -> a % b;
      case UDIV -> Long.divideUnsigned(ua, ub);
      case UREM -> Long.remainderUnsigned(ua, ub);
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case SHL -> a << count;
      case SHR -> a >> count;
      case USHR -> ua >>> count;
      default -> throw new IllegalStateException(op + " of two constants");
    };
  }
}
