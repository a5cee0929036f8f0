package dev.sluice.compiler.pass;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Dominance;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which stretches of a program see the packet where it was. A call that may move it begins a new
 * version, and so does a block that is reached with one version by one way and another by another,
 * as phis do. A check of the packet's length holds for its own version only: where two places have
 * the same version, nothing on any way from the one that dominates to the other moves the packet.
 */
final class PacketVersions {
  /**
   * Helpers behind which the verifier knows no pointer into the packet any more ({@code
   * bpf_helper_changes_pkt_data} in net/core/filter.c).
   */
  private static final Set<HelperFunction> MOVING =
      EnumSet.of(
          HelperFunction.CLONE_REDIRECT,
          HelperFunction.L3_CSUM_REPLACE,
          HelperFunction.L4_CSUM_REPLACE,
          HelperFunction.SKB_ADJUST_ROOM,
          HelperFunction.SKB_CHANGE_HEAD,
          HelperFunction.SKB_CHANGE_PROTO,
          HelperFunction.SKB_CHANGE_TAIL,
          HelperFunction.SKB_PULL_DATA,
          HelperFunction.SKB_STORE_BYTES,
          HelperFunction.SKB_VLAN_POP,
          HelperFunction.SKB_VLAN_PUSH,
          HelperFunction.TAIL_CALL,
          HelperFunction.XDP_ADJUST_HEAD,
          HelperFunction.XDP_ADJUST_META,
          HelperFunction.XDP_ADJUST_TAIL);

  private final Version entry;
  private final Map<Node, Version> byCall = new HashMap<>();
  private final Map<Block, Version> merged = new HashMap<>();
  private final Map<Block, Version> first = new HashMap<>();
  private final Map<Block, Version> last = new HashMap<>();

  /** Where the packet lies from one place of the program on. */
  static final class Version {
    private Block block;
    private final @Nullable Node call;
    private @Nullable Node start;
    private @Nullable Node end;

    private Version(Block block, @Nullable Node call) {
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
      List<Node> nodes = block.nodes();
      int at = call != null ? nodes.indexOf(call) + 1 : block.phis().size();
      boolean first = call == null && !nodes.isEmpty();
      if (first && nodes.getFirst().op() == Op.CONTEXT) {
        at++;
      }
      nodes.add(at, node);
    }
  }

  /** The versions of a graph as it is now. */
  PacketVersions(Dominance dominance) {
    entry = new Version(dominance.order().getFirst(), null);
    for (Block block : dominance.order()) {
      for (Node node : block.nodes()) {
        if (moves(node)) {
          byCall.put(node, new Version(block, node));
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
          merged.put(block, new Version(block, null));
          changed = true;
        }
      }
    }
    return changed;
  }

  private static boolean moves(Node node) {
    return node.op() == Op.CALL
        && HelperFunction.find((int) node.number()).filter(MOVING::contains).isPresent();
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
