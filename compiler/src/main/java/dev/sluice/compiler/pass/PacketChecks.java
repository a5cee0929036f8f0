package dev.sluice.compiler.pass;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Dominance;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Replacements;
import dev.sluice.compiler.ir.Type;
import dev.sluice.compiler.program.PacketBytes;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Accesses of the packet become a check and a load or store, as the verifier wants to see them: the
 * offset is bounded before it is added to a pointer, and the very pointer that was compared with
 * the packet's end is the one that is used. A check is left out only where one on the same pointer
 * was made on every way there; never because of what a number is known to be.
 */
public final class PacketChecks {
  private static final boolean SWAPS = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private final Graph graph;
  private final Replacements replacements = new Replacements();
  private @Nullable Node start;
  private @Nullable Node end;
  private @Nullable Block ended;

  /** A pointer into the packet, and how far behind it the packet was seen to reach. */
  private record Reach(Node pointer, long bytes) {}

  /** Where an access is: a number that varies, or null, and one that does not. */
  private record Place(@Nullable Node base, long offset) {}

  private PacketChecks(Graph graph) {
    this.graph = graph;
  }

  /** What was seen of the packet; without moves, its ends are the same everywhere. */
  private static final class Known {
    private final Map<Object, Reach> reaches = new HashMap<>();
    private @Nullable Node start;
    private @Nullable Node end;

    void add(Known other) {
      reaches.putAll(other.reaches);
      start = other.start;
      end = other.end;
    }

    void forget() {
      reaches.clear();
      start = null;
      end = null;
    }
  }

  /** Writes the checks; where one fails, the program comes to no end. */
  public static void run(Graph graph) {
    PacketChecks checks = new PacketChecks(graph);
    Dominance dominance = new Dominance(graph);
    Survival survival = new Survival(graph, dominance);
    Map<Block, Known> known = new HashMap<>();
    Map<Block, List<Block>> children = dominance.children();
    for (Block block : dominance.order()) {
      Block above = dominance.dominator(block);
      Known here = new Known();
      if (above != null && survival.survives(block)) {
        here.add(Objects.requireNonNull(known.get(above)));
      }
      checks.lower(block, here);
      if (children.containsKey(block)) {
        known.put(block, here);
      }
    }
    checks.replacements.apply(graph);
  }

  private void lower(Block block, Known known) {
    if (block.nodes().stream().noneMatch(node -> isAccess(node) || graph.isMove(node))) {
      return;
    }
    List<Node> nodes = new ArrayList<>(block.nodes());
    Block at = block;
    End oldEnd = block.end();
    at.nodes().clear();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (!isAccess(node)) {
        at.nodes().add(node);
        if (graph.isMove(node)) {
          known.forget();
        }
        continue;
      }
      Place place = place(node);
      Object key = place.base() == null ? "start" : place.base();
      Reach reach = known.reaches.get(key);
      long needed = place.offset() + node.size();
      if (reach == null || reach.bytes() < needed) {
        long most = Math.max(needed, furthest(nodes, i, place));
        Node pointer;
        if (reach != null) {
          pointer = reach.pointer();
        } else if (place.base() == null) {
          pointer = start(at, known, node.position());
        } else {
          at = bound(at, place, node.position());
          Node start = start(at, known, node.position());
          pointer = pointer(at, start, place.base(), node.position());
        }
        at = check(at, pointer, end(at, known, node.position()), most, node.position());
        reach = new Reach(pointer, most);
        known.reaches.put(key, reach);
      }
      access(at, node, reach.pointer(), place.offset());
    }
    if (at != block) {
      finish(block, at, oldEnd);
    }
  }

  private static boolean isAccess(Node node) {
    return node.op() == Op.PACKET_LOAD || node.op() == Op.PACKET_STORE;
  }

  /** Moves a block's old end to its last part. */
  private static void finish(Block block, Block last, End oldEnd) {
    last.replaceEnd(oldEnd);
    for (Block target : List.copyOf(new HashSet<>(oldEnd.targets()))) {
      target.predecessors().replaceAll(from -> from == block ? last : from);
    }
  }

  private Place place(Node access) {
    Node offset = replacements.of(access.input(0));
    if (offset.isConstant()) {
      return offset.number() >= 0 && offset.number() <= PacketBytes.MAX_OFFSET
          ? new Place(null, offset.number())
          : new Place(offset, 0);
    }
    if (Bounds.isSum(offset) && Bounds.most(offset) != Bounds.NONE) {
      return new Place(replacements.of(offset.input(0)), offset.input(1).number());
    }
    return new Place(offset, 0);
  }

  /** How far the accesses reach that come next, before anything else can be seen from outside. */
  private long furthest(List<Node> nodes, int from, Place place) {
    long most = 0;
    for (Node node : nodes.subList(from, nodes.size())) {
      if (isAccess(node)) {
        Place other = place(node);
        if (other.base() == place.base()) {
          most = Math.max(most, other.offset() + node.size());
        }
      }
      if (!node.op().isRemovable() && node.op() != Op.PACKET_LOAD) {
        break;
      }
    }
    return most;
  }

  private Block bound(Block block, Place place, Position position) {
    Node base = Objects.requireNonNull(place.base());
    if (Bounds.most(base) <= PacketBytes.MAX_OFFSET - place.offset()) {
      return block;
    }
    Node most = graph.constant(Type.INT, PacketBytes.MAX_OFFSET - place.offset(), position);
    Block next = graph.newBlock();
    endWith(block, new End.Branch(Relation.ULE, base, most, next, ended(position)), position);
    return next;
  }

  private Node pointer(Block block, Node start, Node base, Position position) {
    Node wide = graph.operate(block, Op.ZERO32, Type.LONG, List.of(base), 0, position);
    Node pointer =
        graph.newNode(Op.POINTER_ADD, Type.POINTER, List.of(start, wide), 0, 0, "", position);
    block.nodes().add(pointer);
    return pointer;
  }

  private Block check(Block block, Node pointer, Node end, long bytes, Position position) {
    Node amount = graph.constant(Type.LONG, bytes, position);
    Node behind =
        graph.newNode(Op.POINTER_ADD, Type.POINTER, List.of(pointer, amount), 0, 0, "", position);
    block.nodes().add(behind);
    Block next = graph.newBlock();
    endWith(block, new End.Branch(Relation.UGT, behind, end, ended(position), next), position);
    return next;
  }

  /** Gives a block an end of this pass; its old one goes to its last part. */
  private static void endWith(Block block, End end, Position position) {
    block.end(end, position);
  }

  private void access(Block block, Node node, Node pointer, long offset) {
    Position position = node.position();
    int bits = 8 * node.size();
    if (node.op() == Op.PACKET_LOAD) {
      Node load =
          graph.newNode(Op.LOAD, node.type(), List.of(pointer), offset, node.size(), "", position);
      block.nodes().add(load);
      replacements.put(node, bits == 8 || !SWAPS ? load : swap(block, load, node.type(), bits));
      return;
    }
    Node value = replacements.of(node.input(1));
    Node stored = bits == 8 || !SWAPS ? value : swap(block, value, value.type(), bits);
    block
        .nodes()
        .add(
            graph.newNode(
                Op.STORE, Type.VOID, List.of(pointer, stored), offset, node.size(), "", position));
  }

  private Node swap(Block block, Node value, Type type, int bits) {
    return graph.operate(block, Op.SWAP, type, List.of(value), bits, value.position());
  }

  private Node start(Block block, Known known, Position position) {
    if (graph.hasMoves()) {
      if (known.start == null) {
        known.start = edge(block, Op.PACKET_START, position);
      }
      return known.start;
    }
    if (start == null) {
      start = edge(null, Op.PACKET_START, position);
    }
    return start;
  }

  private Node end(Block block, Known known, Position position) {
    if (graph.hasMoves()) {
      if (known.end == null) {
        known.end = edge(block, Op.PACKET_END, position);
      }
      return known.end;
    }
    if (end == null) {
      end = edge(null, Op.PACKET_END, position);
    }
    return end;
  }

  /** Where the packet begins or ends: asked for in a block, or once and for all. */
  private Node edge(@Nullable Block block, Op op, Position position) {
    Node node = graph.newNode(op, Type.POINTER, List.of(), 0, 0, "", position);
    if (block == null) {
      graph.addAtStart(node);
    } else {
      block.nodes().add(node);
    }
    return node;
  }

  private Block ended(Position position) {
    if (ended == null) {
      ended = graph.newBlock();
      ended.end(new End.Return(graph.otherwise(position)), position);
    }
    return ended;
  }
}
