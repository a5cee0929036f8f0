package dev.sluice.compiler.ir;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes that others take the place of, everywhere in a graph. */
public final class Replacements {
  private final Map<Node, Node> replaced = new HashMap<>();

  /** Puts one node in the place of another. */
  public void put(Node old, Node by) {
    replaced.put(old, by);
  }

  public boolean isEmpty() {
    return replaced.isEmpty();
  }

  /** What stands for a node now. */
  public Node of(Node node) {
    Node at = node;
    Node next = replaced.get(at);
    while (next != null) {
      at = next;
      next = replaced.get(at);
    }
    return at;
  }

  /** Replaces them in a graph, and takes the old ones out of it. */
  public void apply(Graph graph) {
    if (replaced.isEmpty()) {
      return;
    }
    for (Block block : graph.blocks()) {
      block.nodes().removeIf(replaced::containsKey);
      for (Node node : block.nodes()) {
        node.inputs().replaceAll(this::of);
      }
      apply(block);
    }
  }

  private void apply(Block block) {
    switch (block.end()) {
      case End.Branch branch ->
          block.replaceEnd(
              new End.Branch(
                  branch.relation(),
                  of(branch.left()),
                  of(branch.right()),
                  branch.then(),
                  branch.otherwise()));
      case End.Return result -> block.replaceEnd(new End.Return(of(result.value())));
      case End.Goto _ -> {
        // Names no node.
      }
    }
  }

  /** What an end works on. */
  public static List<Node> inputs(End end) {
    return switch (end) {
      case End.Branch branch -> List.of(branch.left(), branch.right());
      case End.Return result -> List.of(result.value());
      case End.Goto _ -> List.of();
    };
  }
}
