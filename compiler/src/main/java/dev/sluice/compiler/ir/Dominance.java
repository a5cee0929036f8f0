package dev.sluice.compiler.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which blocks every way to a block goes through (Cooper, Harvey and Kennedy, "A simple, fast
 * dominance algorithm").
 */
public final class Dominance {
  private final List<Block> order;
  private final Map<Block, Integer> index = new HashMap<>();
  private final int[] dominator;

  /** The dominators of a graph as it is now. */
  public Dominance(Graph graph) {
    order = graph.blocks();
    for (Block block : order) {
      index.put(block, index.size());
    }
    dominator = new int[order.size()];
    Arrays.fill(dominator, -1);
    dominator[0] = 0;
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 1; i < dominator.length; i++) {
        int found = -1;
        for (Block predecessor : order.get(i).predecessors()) {
          Integer at = index.get(predecessor);
          if (at != null && dominator[at] >= 0) {
            found = found < 0 ? at : meet(found, at);
          }
        }
        if (found != dominator[i]) {
          dominator[i] = found;
          changed = true;
        }
      }
    }
  }

  private int meet(int left, int right) {
    int a = left;
    int b = right;
    while (a != b) {
      while (a > b) {
        a = dominator[a];
      }
      while (b > a) {
        b = dominator[b];
      }
    }
    return a;
  }

  /** The blocks, each behind the one that dominates it. */
  public List<Block> order() {
    return order;
  }

  /** The closest block that every way to this one goes through; null for the entry. */
  public @Nullable Block dominator(Block block) {
    Integer at = index.get(block);
    return at == null || at == 0 ? null : order.get(dominator[at]);
  }

  /** For each block, the blocks that it is the closest dominator of. */
  public Map<Block, List<Block>> children() {
    Map<Block, List<Block>> children = new HashMap<>();
    for (Block block : order) {
      Block above = dominator(block);
      if (above != null) {
        children.computeIfAbsent(above, _ -> new ArrayList<>()).add(block);
      }
    }
    return children;
  }
}
