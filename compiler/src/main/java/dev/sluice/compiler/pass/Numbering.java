package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Dominance;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Replacements;
import dev.sluice.compiler.ir.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was computed already on every way to a place is not computed again. */
public final class Numbering {
  private record Key(Op op, Type type, List<Object> inputs, long number, String name) {}

  private final Replacements replacements = new Replacements();

  private Numbering() {}

  /** Numbers the values of a graph. */
  public static void run(Graph graph) {
    Numbering numbering = new Numbering();
    Dominance dominance = new Dominance(graph);
    // What is known in a block is what is known in its dominator, and more.
    Map<Block, Map<Key, Node>> known = new HashMap<>();
    Map<Block, List<Block>> children = dominance.children();
    for (Block block : dominance.order()) {
      Block above = dominance.dominator(block);
      Map<Key, Node> here =
          new HashMap<>(above == null ? Map.of() : known.getOrDefault(above, Map.of()));
      numbering.number(block, here);
      if (children.containsKey(block)) {
        known.put(block, here);
      }
    }
    numbering.replacements.apply(graph);
  }

  private void number(Block block, Map<Key, Node> known) {
    for (Node node : block.nodes()) {
      if (!node.op().isPure() || node.op() == Op.ARGUMENT) {
        continue;
      }
      List<Object> inputs = new ArrayList<>();
      for (Node input : node.inputs()) {
        Node value = replacements.of(input);
        inputs.add(value.isConstant() ? value.number() : value);
      }
      Key key = new Key(node.op(), node.type(), inputs, node.number(), node.name());
      Node same = known.putIfAbsent(key, node);
      if (same != null) {
        replacements.put(node, same);
      }
    }
  }
}
