package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;

/** What a number of 32 bits is at the most, as far as the verifier sees it too. */
final class Bounds {
  /** Nothing is known: it may be negative. */
  static final long NONE = Long.MAX_VALUE;

  private static final int DEEPEST = 8;
  private static final int FEW_WAYS = 4;

  private Bounds() {}

  /** The most that a number is, if it is never negative; else {@link #NONE}. */
  static long most(Node node) {
    return most(node, DEEPEST);
  }

  private static long most(Node node, int depth) {
    if (depth == 0) {
      return NONE;
    }
    if (node.isConstant()) {
      return node.number() < 0 ? NONE : node.number();
    }
    return switch (node.op()) {
      case PACKET_LOAD, LOAD, CONTEXT_LOAD -> node.size() < 4 ? (1L << 8 * node.size()) - 1 : NONE;
      case SWAP -> node.number() == 16 ? 0xffff : NONE;
      case AND -> and(node, depth);
      case USHR -> shifted(node, depth);
      case SHL -> {
        long most = most(node.input(0), depth - 1);
        boolean small = most < 1 << 16 && node.input(1).isConstant() && node.input(1).number() < 15;
        yield small ? most << node.input(1).number() : NONE;
      }
      case MUL -> {
        long left = most(node.input(0), depth - 1);
        long right = most(node.input(1), depth - 1);
        yield left < 1 << 15 && right < 1 << 15 ? left * right : NONE;
      }
      case ADD -> {
        long sum = add(most(node.input(0), depth - 1), most(node.input(1), depth - 1));
        yield sum <= Integer.MAX_VALUE ? sum : NONE;
      }
      case PHI -> {
        long most = 0;
        for (Node input : node.inputs()) {
          most = node.inputs().size() > FEW_WAYS ? NONE : Math.max(most, most(input, depth - 1));
        }
        yield most;
      }
      default -> NONE;
    };
  }

  private static long add(long left, long right) {
    return left == NONE || right == NONE ? NONE : left + right;
  }

  private static long and(Node node, int depth) {
    long left = most(node.input(0), depth - 1);
    long right = most(node.input(1), depth - 1);
    return Math.min(left, right);
  }

  private static long shifted(Node node, int depth) {
    Node by = node.input(1);
    if (!by.isConstant()) {
      return NONE;
    }
    long most = most(node.input(0), depth - 1);
    int count = (int) by.number() & 31;
    return most != NONE ? most >> count : count > 0 ? 0xffff_ffffL >>> count : NONE;
  }

  /** Whether it is a sum of something and a number. */
  static boolean isSum(Node node) {
    return node.op() == Op.ADD && node.input(1).isConstant() && node.input(1).number() >= 0;
  }
}
