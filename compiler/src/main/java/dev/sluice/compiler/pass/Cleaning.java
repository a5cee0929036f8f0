package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Replacements;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes out what nobody uses, blocks that are never reached, and phis that choose nothing. */
public final class Cleaning {
  private Cleaning() {}

  /** Cleans a graph. */
  public static void run(Graph graph) {
    forgetUnreached(graph);
    while (removePhis(graph)) {
      // One phi may be all that made another choose.
    }
    removeUnused(graph);
  }

  private static void forgetUnreached(Graph graph) {
    Set<Block> reached = new HashSet<>(graph.blocks());
    for (Block block : reached) {
      List<Block> predecessors = block.predecessors();
      for (int i = predecessors.size() - 1; i >= 0; i--) {
        if (!reached.contains(predecessors.get(i))) {
          predecessors.remove(i);
          for (Node phi : block.phis()) {
            phi.inputs().remove(i);
          }
        }
      }
    }
  }

  private static boolean removePhis(Graph graph) {
    Replacements replacements = new Replacements();
    for (Block block : graph.blocks()) {
      for (Node phi : block.phis()) {
        Node only = null;
        boolean chooses = false;
        for (Node input : phi.inputs()) {
          Node value = replacements.of(input);
          if (value == phi || same(value, only)) {
            continue;
          }
          chooses |= only != null;
          only = value;
        }
        if (!chooses && only != null) {
          replacements.put(phi, only);
        }
      }
    }
    replacements.apply(graph);
    return !replacements.isEmpty();
  }

  private static boolean same(Node value, @Nullable Node other) {
    return value == other
        || other != null
            && value.isConstant()
            && other.isConstant(value.number())
            && other.type() == value.type();
  }

  private static void removeUnused(Graph graph) {
    Set<Node> used = new HashSet<>();
    Deque<Node> pending = new ArrayDeque<>();
    for (Block block : graph.blocks()) {
      for (Node node : block.nodes()) {
        if (!node.op().isRemovable()) {
          pending.add(node);
        }
      }
      pending.addAll(Replacements.inputs(block.end()));
    }
    while (!pending.isEmpty()) {
      Node node = pending.pop();
      if (used.add(node)) {
        pending.addAll(node.inputs());
      }
    }
    for (Block block : graph.blocks()) {
      block.nodes().removeIf(node -> !used.contains(node) && !graph.isContext(node));
    }
  }
}
