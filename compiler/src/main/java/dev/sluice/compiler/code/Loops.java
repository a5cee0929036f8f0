package dev.sluice.compiler.code;

import dev.sluice.compiler.ir.Block;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How many loops blocks are in. */
final class Loops {
  private Loops() {}

  /** The depth of each block: those between a loop's head and a way back to it count as inside. */
  static Map<Block, Integer> depths(List<Block> order) {
    Map<Block, Integer> index = new HashMap<>();
    for (Block block : order) {
      index.put(block, index.size());
    }
    int[] change = new int[order.size() + 1];
    for (Block head : order) {
      int first = Objects.requireNonNull(index.get(head));
      int last = -1;
      for (Block from : head.predecessors()) {
        last = Math.max(last, index.getOrDefault(from, -1));
      }
      if (last >= first) {
        change[first]++;
        change[last + 1]--;
      }
    }
    Map<Block, Integer> depths = new HashMap<>();
    int depth = 0;
    for (int i = 0; i < order.size(); i++) {
      depth += change[i];
      depths.put(order.get(i), depth);
    }
    return depths;
  }
}
