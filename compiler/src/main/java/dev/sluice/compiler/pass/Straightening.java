package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Replacements;
import java.util.ArrayList;
import java.util.List;

/**
 * Fewer blocks: one that is the only way to another is made one with it, and one that does nothing
 * is gone round. Blocks that branch still never lead straight to phis.
 */
public final class Straightening {
  private Straightening() {}

  /** Straightens a graph. */
  public static void run(Graph graph) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Block block : graph.blocks()) {
        changed |= decide(block);
        changed |= skip(graph, block);
      }
      changed |= join(graph);
      if (changed) {
        Cleaning.run(graph);
      }
    }
  }

  /** Branches whose answer is known, or whose ways are the same. */
  private static boolean decide(Block block) {
    if (!(block.end() instanceof End.Branch branch)) {
      return false;
    }
    Block target;
    if (branch.then() == branch.otherwise()) {
      target = branch.then();
    } else if (branch.left().isConstant() && branch.right().isConstant()) {
      boolean holds = branch.relation().holds(branch.left().number(), branch.right().number());
      target = holds ? branch.then() : branch.otherwise();
    } else {
      return false;
    }
    leave(block, branch.then());
    leave(block, branch.otherwise());
    block.end(new End.Goto(target), block.endPosition());
    return true;
  }

  /** Takes one way from a block to another out of the other's list. */
  private static void leave(Block block, Block target) {
    int index = target.predecessors().indexOf(block);
    target.predecessors().remove(index);
    for (Node phi : target.phis()) {
      phi.inputs().remove(index);
    }
  }

  /** Lets those that lead to an empty block lead to where it leads. */
  private static boolean skip(Graph graph, Block block) {
    if (!block.nodes().isEmpty()
        || block == graph.entry()
        || !(block.end() instanceof End.Goto(Block target))
        || target == block) {
      return false;
    }
    boolean phis = !target.phis().isEmpty();
    boolean changed = false;
    for (Block from : List.copyOf(block.predecessors())) {
      if (phis && !(from.end() instanceof End.Goto)) {
        continue;
      }
      int index = target.predecessors().indexOf(block);
      block.predecessors().remove(from);
      target.predecessors().add(from);
      for (Node phi : target.phis()) {
        phi.inputs().add(phi.input(index));
      }
      from.replaceEnd(redirected(from.end(), block, target));
      changed = true;
    }
    return changed;
  }

  private static End redirected(End end, Block old, Block target) {
    return switch (end) {
      case End.Goto _ -> new End.Goto(target);
      case End.Branch branch -> {
        // One way at a time, as the list of predecessors has an entry for each.
        boolean first = branch.then() == old;
        yield new End.Branch(
            branch.relation(),
            branch.left(),
            branch.right(),
            first ? target : branch.then(),
            first ? branch.otherwise() : target);
      }
      case End.Return _ -> throw new IllegalStateException("a return leads nowhere");
    };
  }

  private static boolean join(Graph graph) {
    Replacements replacements = new Replacements();
    boolean changed = false;
    for (Block block : new ArrayList<>(graph.blocks())) {
      while (block.isEnded()
          && block.end() instanceof End.Goto(Block next)
          && next != block
          && next.predecessors().size() == 1
          && next.predecessors().getFirst() == block) {
        for (Node node : next.nodes()) {
          if (node.op() == Op.PHI) {
            replacements.put(node, node.input(0));
          } else {
            block.nodes().add(node);
          }
        }
        block.replaceEnd(next.end());
        for (Block target : next.end().targets()) {
          target.predecessors().replaceAll(from -> from == next ? block : from);
        }
        next.predecessors().clear();
        next.nodes().clear();
        changed = true;
      }
    }
    replacements.apply(graph);
    return changed;
  }
}
