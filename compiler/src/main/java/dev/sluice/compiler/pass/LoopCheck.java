package dev.sluice.compiler.pass;

import dev.sluice.compiler.CompilationException;
import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Dominance;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses loops that the verifier could not see the end of: one that counts must be left when its
 * counter comes to a bound.
 */
public final class LoopCheck {
  private LoopCheck() {}

  /**
   * Checks the loops of a graph.
   *
   * @throws CompilationException if one does not count
   */
  public static void run(Graph graph) {
    Dominance dominance = new Dominance(graph);
    for (Block head : dominance.order()) {
      for (Block back : head.predecessors()) {
        if (dominates(dominance, head, back) && !isCounted(loop(head, back), head)) {
          throw new CompilationException(
              head.phis().isEmpty() ? head.endPosition() : head.phis().getFirst().position(),
              "the verifier cannot see that this loop ends",
              "count its turns up to a constant: for (int i = 0; i < 16; i++), or make it a Loop,"
                  + " which may end when the data says so");
        }
      }
    }
  }

  private static boolean dominates(Dominance dominance, Block head, Block block) {
    @Nullable Block at = block;
    while (at != null && at != head) {
      at = dominance.dominator(at);
    }
    return at == head;
  }

  private static Set<Block> loop(Block head, Block back) {
    Set<Block> inside = new HashSet<>(Set.of(head));
    List<Block> pending = new ArrayList<>(List.of(back));
    while (!pending.isEmpty()) {
      Block at = pending.removeLast();
      if (inside.add(at)) {
        pending.addAll(at.predecessors());
      }
    }
    return inside;
  }

  private static boolean isCounted(Set<Block> loop, Block head) {
    for (Block block : loop) {
      if (block.end() instanceof End.Branch branch
          && (!loop.contains(branch.then()) || !loop.contains(branch.otherwise()))
          && (counts(branch.left(), head) && isSteady(branch.right(), loop)
              || counts(branch.right(), head) && isSteady(branch.left(), loop))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a value is a counter of the loop, or that and a number. */
  private static boolean counts(Node value, Block head) {
    Node at = value;
    while ((at.op() == Op.ADD || at.op() == Op.SUB || at.op() == Op.SIGN32)
        && (at.inputs().size() == 1 || at.input(1).isConstant())) {
      at = at.input(0);
    }
    Node phi = at;
    return phi.op() == Op.PHI
        && head.phis().contains(phi)
        && phi.inputs().stream().anyMatch(input -> input != phi && isStep(input, phi));
  }

  private static boolean isStep(Node input, Node phi) {
    Node at = input;
    boolean moved = false;
    while ((at.op() == Op.ADD || at.op() == Op.SUB) && at.input(1).isConstant()) {
      moved |= !at.input(1).isConstant(0);
      at = at.input(0);
    }
    return moved && at == phi;
  }

  private static boolean isSteady(Node value, Set<Block> loop) {
    return value.isConstant() || loop.stream().noneMatch(block -> block.nodes().contains(value));
  }
}
