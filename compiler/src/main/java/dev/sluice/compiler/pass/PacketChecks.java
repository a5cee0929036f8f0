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
import dev.sluice.compiler.pass.PacketVersions.Version;
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
 * was made on every way there, and nothing on any of them moves the packet; never because of what a
 * number is known to be.
 */
public final class PacketChecks {
  private static final boolean SWAPS = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private final Graph graph;
  private final Replacements replacements = new Replacements();
  private final PacketVersions versions;
  private @Nullable Block ended;

  /** A pointer into the packet, and how far behind it the packet was seen to reach. */
  private record Reach(Node pointer, long bytes) {}

  /** Where an access is: a number that varies, or null, and one that does not. */
  private record Place(@Nullable Node base, long offset) {}

  /** What checks are known by: those of constant places have no base. */
  private record Key(Version version, @Nullable Node base) {}

  private PacketChecks(Graph graph, PacketVersions versions) {
    this.graph = graph;
    this.versions = versions;
  }

  /** Writes the checks; where one fails, the program comes to no end. */
  public static void run(Graph graph) {
    Dominance dominance = new Dominance(graph);
    PacketChecks checks = new PacketChecks(graph, new PacketVersions(graph, dominance));
    Map<Block, Map<Key, Reach>> known = new HashMap<>();
    Map<Block, List<Block>> children = dominance.children();
    for (Block block : dominance.order()) {
      Block above = dominance.dominator(block);
      Map<Key, Reach> here =
          new HashMap<>(above == null ? Map.of() : known.getOrDefault(above, Map.of()));
      checks.lower(block, here);
      if (children.containsKey(block)) {
        known.put(block, here);
      }
    }
    checks.replacements.apply(graph);
  }

  private void lower(Block block, Map<Key, Reach> known) {
    if (block.nodes().stream().noneMatch(PacketChecks::isAccess)) {
      return;
    }
    List<Node> nodes = new ArrayList<>(block.nodes());
    Block current = block;
    End oldEnd = block.end();
    current.nodes().clear();
    Version version = versions.at(block);
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (!isAccess(node)) {
        current.nodes().add(node);
        Version next = versions.behind(node, version);
        if (next != version) {
          next.moveTo(current);
          version = next;
        }
        continue;
      }
      Place place = place(node);
      Key key = new Key(version, place.base());
      Reach reach = known.get(key);
      long needed = place.offset() + node.size();
      if (reach == null || reach.bytes() < needed) {
        long most = Math.max(needed, furthest(nodes, i, place));
        Node pointer;
        if (reach != null) {
          pointer = reach.pointer();
        } else if (place.base() == null) {
          pointer = start(version, node.position());
        } else {
          current = bound(current, place, node.position());
          pointer = pointer(current, version, place.base(), node.position());
        }
        current = check(current, version, pointer, most, node.position());
        reach = new Reach(pointer, most);
        known.put(key, reach);
      }
      access(current, node, reach.pointer(), place.offset());
    }
    if (current != block) {
      finish(block, current, oldEnd);
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

  private Node pointer(Block block, Version version, Node base, Position position) {
    Node wide = graph.operate(block, Op.ZERO32, Type.LONG, List.of(base), 0, position);
    Node pointer =
        graph.newNode(
            Op.POINTER_ADD,
            Type.POINTER,
            List.of(start(version, position), wide),
            0,
            0,
            "",
            position);
    block.nodes().add(pointer);
    return pointer;
  }

  private Block check(Block block, Version version, Node pointer, long bytes, Position position) {
    Node amount = graph.constant(Type.LONG, bytes, position);
    Node behind =
        graph.newNode(Op.POINTER_ADD, Type.POINTER, List.of(pointer, amount), 0, 0, "", position);
    block.nodes().add(behind);
    Block next = graph.newBlock();
    endWith(
        block,
        new End.Branch(Relation.UGT, behind, end(version, position), ended(position), next),
        position);
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

  private Node start(Version version, Position position) {
    Node start = version.start();
    if (start == null) {
      start = edge(Op.PACKET_START, position);
      version.start(start);
    }
    return start;
  }

  private Node end(Version version, Position position) {
    Node end = version.end();
    if (end == null) {
      end = edge(Op.PACKET_END, position);
      version.end(end);
    }
    return end;
  }

  private Node edge(Op op, Position position) {
    return graph.newNode(op, Type.POINTER, List.of(), 0, 0, "", position);
  }

  private Block ended(Position position) {
    if (ended == null) {
      ended = graph.newBlock();
      ended.end(new End.Return(graph.otherwise(position)), position);
    }
    return ended;
  }
}
