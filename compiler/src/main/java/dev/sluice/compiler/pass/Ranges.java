package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two comparisons that ask whether a number is in a range become one: with the only number of the
 * range, or, of a number that is compared often, of its distance from the first with the range's
 * length. The verifier learns of the distance, and not of the number; see {@link Unlinking}.
 */
public final class Ranges {
  private Ranges() {}

  /** From the first number to the last; of what is not there, the first is greater. */
  private record Range(long first, long last) {
    Range and(Range other) {
      return new Range(Math.max(first, other.first), Math.min(last, other.last));
    }
  }

  /** Makes ranges of a graph's comparisons. */
  public static void run(Graph graph) {
    List<Block> blocks = graph.blocks();
    Map<Node, Integer> count = new HashMap<>();
    for (Block block : blocks) {
      if (block.end() instanceof End.Branch branch && branch.right().isConstant()) {
        count.merge(branch.left(), 1, Integer::sum);
      }
    }
    Set<Block> joined = new HashSet<>();
    for (Block block : blocks) {
      if (block.end() instanceof End.Branch branch
          && branch.left().type() == Type.INT
          && branch.right().isConstant()
          && !joined.contains(block)) {
        boolean often = count.getOrDefault(branch.left(), 0) > Unlinking.FEW;
        if (join(graph, block, branch, branch.then(), branch.otherwise(), often)) {
          joined.add(branch.then());
        } else if (join(graph, block, branch, branch.otherwise(), branch.then(), often)) {
          joined.add(branch.otherwise());
        }
      }
    }
  }

  /** Joins a block with the next, if both else go to the same place. */
  private static boolean join(
      Graph graph, Block block, End.Branch branch, Block next, Block outside, boolean often) {
    if (next == outside
        || !next.nodes().isEmpty()
        || next.predecessors().size() != 1
        || !(next.end() instanceof End.Branch second)
        || second.left() != branch.left()
        || !second.right().isConstant()) {
      return false;
    }
    boolean then = second.otherwise() == outside;
    Block inside = then ? second.then() : second.otherwise();
    if (inside == outside || (!then && second.then() != outside)) {
      return false;
    }
    Range one = range(branch, branch.then() == next);
    Range two = range(second, then);
    if (one == null || two == null) {
      return false;
    }
    Range range = one.and(two);
    boolean single = range.first() == range.last();
    if (range.first() > range.last() || (!single && !often)) {
      return false;
    }
    block.replaceEnd(
        single
            ? equal(graph, branch, range, inside, outside, block.endPosition())
            : within(graph, block, range, branch.left(), inside, outside));
    inside.predecessors().replaceAll(from -> from == next ? block : from);
    outside.predecessors().remove(next);
    return true;
  }

  private static End equal(
      Graph graph, End.Branch branch, Range range, Block inside, Block outside, Position position) {
    Node number = graph.constant(Type.INT, range.first(), position);
    return new End.Branch(Relation.EQ, branch.left(), number, inside, outside);
  }

  private static End within(
      Graph graph, Block block, Range range, Node number, Block inside, Block outside) {
    Position position = block.endPosition();
    Node first = graph.constant(Type.INT, -range.first(), position);
    Node distance = graph.newNode(Op.ADD, Type.INT, List.of(number, first), 0, 0, "", position);
    block.nodes().add(distance);
    Node length = graph.constant(Type.INT, range.last() - range.first(), position);
    return new End.Branch(Relation.ULE, distance, length, inside, outside);
  }

  /**
   * What a number is where a comparison holds, or where it does not; null for other comparisons.
   */
  private static @Nullable Range range(End.Branch branch, boolean holds) {
    long right = branch.right().number();
    return switch (holds ? branch.relation() : branch.relation().negated()) {
      case LT -> new Range(Integer.MIN_VALUE, right - 1);
      case LE -> new Range(Integer.MIN_VALUE, right);
      case GT -> new Range(right + 1, Integer.MAX_VALUE);
      case GE -> new Range(right, Integer.MAX_VALUE);
      default -> null;
    };
  }
}
