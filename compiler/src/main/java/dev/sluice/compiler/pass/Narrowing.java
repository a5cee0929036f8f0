package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;

/**
 * What only the lower bits are asked of need not have right upper ones; and a number whose bytes
 * were reversed equals another if it does as it was and the other is reversed.
 */
public final class Narrowing {
  private Narrowing() {}

  /** Narrows a graph. */
  public static void run(Graph graph) {
    for (Block block : graph.blocks()) {
      for (Node node : block.nodes()) {
        if (node.op() == Op.STORE) {
          node.inputs().set(1, lowest(node.input(1), 8 * node.size()));
        }
      }
      if (block.end() instanceof End.Branch branch) {
        compare(graph, block, branch);
      }
    }
  }

  /** A value with the same lowest bits. */
  private static Node lowest(Node value, int bits) {
    return switch (value.op()) {
      case SIGN8 -> bits <= 8 ? lowest(value.input(0), bits) : value;
      case SIGN16 -> bits <= 16 ? lowest(value.input(0), bits) : value;
      case SIGN32, ZERO32, LOW32 -> bits <= 32 ? lowest(value.input(0), bits) : value;
      case AND -> {
        long mask = bits >= 64 ? -1 : (1L << bits) - 1;
        Node by = value.input(1);
        yield bits <= 32 && by.isConstant() && (by.number() & mask) == mask
            ? lowest(value.input(0), bits)
            : value;
      }
      default -> value;
    };
  }

  private static void compare(Graph graph, Block block, End.Branch branch) {
    Node left = branch.left();
    Node right = branch.right();
    boolean equality = branch.relation() == Relation.EQ || branch.relation() == Relation.NE;
    if (!equality || left.op() != Op.SWAP || !right.isConstant() || left.type() != Type.INT) {
      return;
    }
    boolean half = left.number() == 16;
    boolean fits = !half || right.number() >>> 16 == 0;
    if (!fits || half && left.input(0).op() != Op.LOAD) {
      return;
    }
    long number =
        half
            ? Short.reverseBytes((short) right.number()) & 0xffffL
            : Integer.reverseBytes((int) right.number());
    block.replaceEnd(
        new End.Branch(
            branch.relation(),
            left.input(0),
            graph.constant(Type.INT, number, right.position()),
            branch.then(),
            branch.otherwise()));
  }
}
