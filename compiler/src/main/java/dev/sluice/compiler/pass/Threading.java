package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Replacements;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A block that only asks for a phi whose answer is known by the way that led there is gone round:
 * what a boolean method answered is not asked for again.
 */
public final class Threading {
  private Threading() {}

  /** Threads the jumps of a graph. */
  public static void run(Graph graph) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Block block : graph.blocks()) {
        changed |= thread(block);
      }
      if (changed) {
        Straightening.run(graph);
      }
    }
  }

  private static boolean thread(Block block) {
    if (!(block.end() instanceof End.Branch branch)
        || !branch.right().isConstant()
        || !block.nodes().equals(List.of(branch.left()))
        || branch.left().op() != Op.PHI
        || isUsedElsewhere(branch.left(), block)) {
      return false;
    }
    Node phi = branch.left();
    List<Block> ways = new ArrayList<>(block.predecessors());
    Set<Block> done = new HashSet<>();
    boolean changed = false;
    for (Block from : ways) {
      int index = block.predecessors().indexOf(from);
      if (index < 0 || !done.add(from) || !(from.end() instanceof End.Goto)) {
        continue;
      }
      Node input = phi.input(index);
      if (input.isConstant()) {
        boolean holds = branch.relation().holds(input.number(), branch.right().number());
        Block target = holds ? branch.then() : branch.otherwise();
        if (!target.phis().isEmpty() || target == block) {
          continue;
        }
        block.predecessors().remove(index);
        phi.inputs().remove(index);
        from.end(new End.Goto(target), from.endPosition());
        changed = true;
      }
    }
    return changed;
  }

  private static boolean isUsedElsewhere(Node phi, Block block) {
    // Blocks behind this one would read it; a graph that was cleaned has it only if someone does.
    Set<Block> seen = new HashSet<>();
    List<Block> pending = new ArrayList<>(block.end().targets());
    while (!pending.isEmpty()) {
      Block at = pending.removeLast();
      if (!seen.add(at)) {
        continue;
      }
      for (Node node : at.nodes()) {
        if (node != phi && node.inputs().contains(phi)) {
          return true;
        }
      }
      if (at != block && Replacements.inputs(at.end()).contains(phi)) {
        return true;
      }
      pending.addAll(at.end().targets());
    }
    return false;
  }
}
