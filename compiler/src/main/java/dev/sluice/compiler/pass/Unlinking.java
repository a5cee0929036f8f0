package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A number that is compared with many constants is not compared itself, but what is left when the
 * constant is taken out of it. The verifier learns from a comparison what the number is on either
 * way; with many in a row it would keep apart all that it learned, and take quadratic time or give
 * up. Of what is thrown away it learns nothing that matters.
 */
public final class Unlinking {
  /** Comparisons of one number that the verifier may well keep apart. */
  static final int FEW = 8;

  private Unlinking() {}

  /** Unlinks the comparisons of a graph. */
  public static void run(Graph graph) {
    Map<Node, Integer> count = new HashMap<>();
    List<Block> blocks = graph.blocks();
    for (Block block : blocks) {
      if (block.end() instanceof End.Branch branch && isEquality(branch)) {
        count.merge(branch.left(), 1, Integer::sum);
      }
    }
    for (Block block : blocks) {
      if (block.end() instanceof End.Branch branch
          && isEquality(branch)
          && count.getOrDefault(branch.left(), 0) > FEW
          && !branch.right().isConstant(0)) {
        Node rest =
            graph.newNode(
                Op.XOR,
                Type.INT,
                List.of(branch.left(), branch.right()),
                0,
                0,
                "",
                block.endPosition());
        block.nodes().add(rest);
        block.replaceEnd(
            new End.Branch(
                branch.relation(),
                rest,
                graph.constant(Type.INT, 0, block.endPosition()),
                branch.then(),
                branch.otherwise()));
      }
    }
  }

  private static boolean isEquality(End.Branch branch) {
    return (branch.relation() == Relation.EQ || branch.relation() == Relation.NE)
        && branch.left().type() == Type.INT
        && branch.right().isConstant();
  }
}
