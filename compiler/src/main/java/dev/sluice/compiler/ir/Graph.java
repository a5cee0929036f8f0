package dev.sluice.compiler.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A program, or a function of it, between its Java and its instructions. */
public final class Graph {
  private final String name;
  private final Type result;
  private final long otherwise;
  private final Block entry;
  private final Set<Node> moving = new HashSet<>();
  private @Nullable Node context;
  private int nodes;
  private int blocks;

  /**
   * An empty graph.
   *
   * @param name the function's; empty for the program's entry
   * @param result the type of what is returned
   * @param otherwise what is returned where the program comes to no end
   */
  public Graph(String name, Type result, long otherwise) {
    this.name = name;
    this.result = result;
    this.otherwise = otherwise;
    entry = newBlock();
  }

  /** The function's name; empty for the program's entry. */
  public String name() {
    return name;
  }

  /** What is returned where the program comes to no end. */
  public Node otherwise(Position position) {
    return constant(result, otherwise, position);
  }

  /** Says which node gives the program's context; it is added to the entry. */
  public void context(Node node) {
    context = node;
    entry.nodes().add(node);
  }

  /** The node that gives the program's context. */
  public Node context() {
    if (context == null) {
      throw new IllegalStateException("function " + name + " was not given the context");
    }
    return context;
  }

  /** Whether a node gives the program's context: others need it without naming it. */
  public boolean isContext(Node node) {
    return node == context;
  }

  /** Says that the packet may lie elsewhere, or have another length, after a node. */
  public void movesPacket(Node node) {
    moving.add(node);
  }

  /** Whether the packet may lie elsewhere after a node. */
  public boolean isMove(Node node) {
    return moving.contains(node);
  }

  /** Whether the packet may lie elsewhere after the program or function. */
  public boolean hasMoves() {
    return !moving.isEmpty();
  }

  /** Adds a node to the start of the entry, behind the context. */
  public void addAtStart(Node node) {
    entry.nodes().add(context == null ? 0 : entry.nodes().indexOf(context) + 1, node);
  }

  public Block entry() {
    return entry;
  }

  public Block newBlock() {
    blocks++;
    return new Block(blocks - 1);
  }

  /** A node that is in no block yet. */
  public Node newNode(
      Op op, Type type, List<Node> inputs, long number, int size, String name, Position position) {
    nodes++;
    return new Node(nodes - 1, op, type, inputs, number, size, name, position);
  }

  /**
   * A value: a constant or a node that was there, or a new node at the end of a block.
   *
   * @param number of the operation, as {@link Node#number}
   */
  public Node operate(
      Block block, Op op, Type type, List<Node> inputs, long number, Position position) {
    Node known = Folding.fold(this, op, type, inputs, number);
    if (known != null) {
      return known;
    }
    Node node = newNode(op, type, inputs, number, 0, "", position);
    block.nodes().add(node);
    return node;
  }

  /** What a node gives, if a constant or another node does; null if not. */
  public @Nullable Node simplified(Node node) {
    return Folding.fold(this, node.op(), node.type(), node.inputs(), node.number());
  }

  /** A number; of 32 bits it is kept sign-extended. It is in no block. */
  public Node constant(Type type, long number, Position position) {
    return newNode(
        Op.CONSTANT, type, List.of(), type == Type.INT ? (int) number : number, 0, "", position);
  }

  /** How many numbers for nodes were given away. */
  public int nodeCount() {
    return nodes;
  }

  /** The blocks that can be reached, each before those it leads to but for ways back. */
  public List<Block> blocks() {
    List<Block> order = new ArrayList<>();
    Set<Block> seen = new HashSet<>();
    // Without recursion: rule lists are thousands of blocks deep.
    List<Block> path = new ArrayList<>(List.of(entry));
    Map<Block, Integer> next = new HashMap<>();
    seen.add(entry);
    while (!path.isEmpty()) {
      Block block = path.getLast();
      List<Block> targets = block.end().targets();
      int index = next.merge(block, 1, Integer::sum) - 1;
      // The last target first, so that the first comes right behind the block.
      if (index < targets.size()) {
        Block target = targets.get(targets.size() - 1 - index);
        if (seen.add(target)) {
          path.add(target);
        }
      } else {
        order.add(block);
        path.removeLast();
      }
    }
    Collections.reverse(order);
    return order;
  }

  /** The names of the functions that it calls, or hands over. */
  public Set<String> functions() {
    Set<String> functions = new HashSet<>();
    for (Block block : blocks()) {
      for (Node node : block.nodes()) {
        if (node.op() == Op.INVOKE || node.op() == Op.FUNCTION) {
          functions.add(node.name());
        }
      }
    }
    return functions;
  }

  /** What {@code --dump ir} prints. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (!name.isEmpty()) {
      text.append("function ").append(name).append('\n');
    }
    for (Block block : blocks()) {
      text.append(block).append(":");
      if (!block.predecessors().isEmpty()) {
        text.append("  ; from ");
        block.predecessors().forEach(from -> text.append(from).append(' '));
      }
      text.append('\n');
      for (Node node : block.nodes()) {
        text.append("  %-50s ; %s%n".formatted(node.text(), node.position()));
      }
      text.append("  ").append(text(block.end())).append('\n');
    }
    return text.toString();
  }

  private static String text(End end) {
    return switch (end) {
      case End.Goto to -> "goto " + to.target();
      case End.Branch branch ->
          "if %s %s %s goto %s else %s"
              .formatted(
                  branch.left(),
                  branch.relation(),
                  branch.right(),
                  branch.then(),
                  branch.otherwise());
      case End.Return result -> "return " + result.value();
    };
  }
}
