package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Dominance;
import dev.sluice.compiler.ir.Graph;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether what was seen of the packet still holds where a block begins: it does not if the packet
 * may have moved on a way from its dominator.
 */
final class Survival {
  private final Set<Block> moving = new HashSet<>();
  private final Set<Block> lost = new HashSet<>();

  Survival(Graph graph, Dominance dominance) {
    for (Block block : dominance.order()) {
      if (block.nodes().stream().anyMatch(graph::isMove)) {
        moving.add(block);
      }
    }
    for (Block block : dominance.order()) {
      Block above = dominance.dominator(block);
      if (above != null && !moving.isEmpty() && isMovedBetween(above, block)) {
        lost.add(block);
      }
    }
  }

  /** Whether what was known at the end of its dominator holds. */
  boolean survives(Block block) {
    return !lost.contains(block);
  }

  private boolean isMovedBetween(Block above, Block block) {
    Set<Block> before = new HashSet<>();
    List<Block> pending = new ArrayList<>(block.predecessors());
    while (!pending.isEmpty()) {
      Block at = pending.removeLast();
      // All ways backwards end at the dominator.
      if (at != above && before.add(at)) {
        if (moving.contains(at)) {
          return true;
        }
        pending.addAll(at.predecessors());
      }
    }
    return false;
  }
}
