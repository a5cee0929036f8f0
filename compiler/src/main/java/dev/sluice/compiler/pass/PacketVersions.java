package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Dominance;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which stretches of a program see the packet where it was. A call that may move it begins a new
 * version, and so does a block that is reached with one version by one way and another by another,
 * as phis do. A check of the packet's length holds for its own version only: where two places have
 * the same version, nothing on any way from the one that dominates to the other moves the packet.
 */
final class PacketVersions {
  private final Graph graph;
  private final Version entry;
  private final Map<Node, Version> byCall = new HashMap<>();
  private final Map<Block, Version> merged = new HashMap<>();
  private final Map<Block, Version> first = new HashMap<>();
  private final Map<Block, Version> last = new HashMap<>();

  /** Where the packet lies from one place of the program on. */
  static final class Version {
    private final Graph graph;
    private Block block;
    private final @Nullable Node call;
    private @Nullable Node start;
    private @Nullable Node end;

    private Version(Graph graph, Block block, @Nullable Node call) {
      this.graph = graph;
      this.block = block;
      this.call = call;
    }

    /** Its call is in another block now: the one it was in was divided. */
    void moveTo(Block newBlock) {
      block = newBlock;
    }

    @Nullable Node start() {
      return start;
    }

    void start(Node node) {
      start = node;
      add(node);
    }

    @Nullable Node end() {
      return end;
    }

    void end(Node node) {
      end = node;
      add(node);
    }

    /** Puts a node right where the version begins. */
    private void add(Node node) {
      if (call == null && block == graph.entry()) {
        graph.addAtStart(node);
      } else {
        List<Node> nodes = block.nodes();
        nodes.add(call != null ? nodes.indexOf(call) + 1 : block.phis().size(), node);
      }
    }
  }

  /** The versions of a graph as it is now. */
  PacketVersions(Graph graph, Dominance dominance) {
    this.graph = graph;
    entry = new Version(graph, graph.entry(), null);
    for (Block block : dominance.order()) {
      for (Node node : block.nodes()) {
        if (graph.isMove(node)) {
          byCall.put(node, new Version(graph, block, node));
        }
      }
    }
    boolean changed = true;
    while (changed) {
      spread(dominance);
      changed = merge(dominance);
    }
  }

  private void spread(Dominance dominance) {
    for (Block block : dominance.order()) {
      Block above = dominance.dominator(block);
      Version version = merged.get(block);
      if (version == null) {
        version = above == null ? entry : last.get(above);
      }
      first.put(block, Objects.requireNonNull(version));
      for (Node node : block.nodes()) {
        version = behind(node, version);
      }
      last.put(block, version);
    }
  }

  /** Gives blocks that are reached with several versions one of their own. */
  private boolean merge(Dominance dominance) {
    boolean changed = false;
    for (Block block : dominance.order()) {
      for (Block from : block.predecessors()) {
        boolean other = last.containsKey(from) && last.get(from) != first.get(block);
        if (other && !merged.containsKey(block)) {
          merged.put(block, new Version(graph, block, null));
          changed = true;
        }
      }
    }
    return changed;
  }

  /** The version at a block's start. */
  Version at(Block block) {
    return Objects.requireNonNull(first.get(block));
  }

  /** The version behind a node that is reached with another. */
  Version behind(Node node, Version before) {
    return byCall.getOrDefault(node, before);
  }
}
