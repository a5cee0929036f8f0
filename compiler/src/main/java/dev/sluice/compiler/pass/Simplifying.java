package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Replacements;

/**
 * What became known since a node was made is made use of: constants, and operations that undo
 * another.
 */
public final class Simplifying {
  private Simplifying() {}

  /** Simplifies a graph. */
  public static void run(Graph graph) {
    boolean changed = true;
    while (changed) {
      Replacements replacements = new Replacements();
      for (Block block : graph.blocks()) {
        for (Node node : block.nodes()) {
          Node simpler = graph.simplified(node);
          if (simpler != null) {
            replacements.put(node, simpler);
          }
        }
      }
      replacements.apply(graph);
      changed = !replacements.isEmpty();
    }
  }
}
