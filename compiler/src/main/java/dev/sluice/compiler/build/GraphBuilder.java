package dev.sluice.compiler.build;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.compiler.CompilationException;
import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the graph of a program or of a function of it, one node after the other. */
final class GraphBuilder {
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

  private final ProgramBuilder program;
  private final Graph graph;
  private final String method;
  private final Map<String, Node> rooms = new HashMap<>();

  /** The code that is followed, the innermost method's last. */
  private final Deque<InstructionBuilder> followed = new ArrayDeque<>();

  /** Where nodes are added; null where nothing is reached any more. */
  private @Nullable Block current;

  private @Nullable Block ended;

  /** Of the program's entry, or of a turn of a loop. */
  GraphBuilder(ProgramBuilder program, Graph graph) {
    this(program, graph, "");
  }

  /**
   * Of a method.
   *
   * @param method the method, and what it is called with
   */
  GraphBuilder(ProgramBuilder program, Graph graph, String method) {
    this.program = program;
    this.graph = graph;
    this.method = method;
    current = graph.entry();
  }

  /** Asks for something that would return to a function's caller, and not end the program. */
  void requireEntry(String what, Position position) {
    if (!method.isEmpty()) {
      throw new RestartNeeded(lessons -> lessons.keepInPlace(method));
    } else if (!graph.name().isEmpty()) {
      throw new CompilationException(
          position, what + " in a turn of a Loop", "do it behind the loop");
    }
  }

  ProgramBuilder program() {
    return program;
  }

  /** Begins to follow code. */
  void enter(InstructionBuilder instructions) {
    followed.addLast(instructions);
  }

  /** Ends what {@link #enter} began. */
  void leave() {
    followed.removeLast();
  }

  /**
   * Loads what was found and not asked for yet: from here on, there may be something else in its
   * place.
   */
  void settle(Position position) {
    for (InstructionBuilder instructions : List.copyOf(followed)) {
      for (Value.Found found : instructions.frame().found()) {
        Value loaded = new Memory(this, instructions).loaded(found, position);
        followed.forEach(one -> one.frame().replace(found, loaded));
      }
    }
  }

  Graph graph() {
    return graph;
  }

  ClassFiles classes() {
    return program.classes();
  }

  /** The context, for helpers that ask for it. */
  Node context() {
    return graph.context();
  }

  /** Whether the program may end here before the method does. */
  boolean mayEnd() {
    return ended != null
        || graph.blocks().stream()
            .flatMap(block -> block.nodes().stream())
            .anyMatch(node -> node.op() == Op.PACKET_LOAD || node.op() == Op.PACKET_STORE);
  }

  boolean isReached() {
    return current != null;
  }

  Block current() {
    if (current == null) {
      throw new IllegalStateException("nothing is reached here");
    }
    return current;
  }

  void moveTo(@Nullable Block block) {
    current = block;
  }

  /** Room on the stack, the same for each that asks for the same. */
  Node room(String use, int size, Position position) {
    return rooms.computeIfAbsent(
        use + size,
        _ -> {
          Node room = graph.newNode(Op.STACK, Type.POINTER, List.of(), 0, size, "", position);
          graph.addAtStart(room);
          return room;
        });
  }

  /** Follows a method: right here, or as a call of a function of its own. */
  @Nullable Value call(MethodCode code, List<Value> arguments, Position position) {
    Functions functions = program.functions();
    return functions.isFunction(code, arguments)
        ? functions.call(this, code, arguments, position)
        : inline(code, arguments, position);
  }

  /** Follows a method right here. */
  @Nullable Value inline(MethodCode code, List<Value> arguments, Position position) {
    int before = graph.nodeCount();
    program.enter(code, position);
    try {
      return new MethodBuilder(this, code).follow(arguments);
    } catch (CompilationException e) {
      throw program.explained(e, code, position);
    } finally {
      program.leave();
      program.functions().inlined(code, arguments, graph.nodeCount() - before);
    }
  }

  Node constant(Type type, long number, Position position) {
    return graph.constant(type, number, position);
  }

  Node operate(Op op, Type type, Position position, Node... inputs) {
    return operate(op, type, 0, position, inputs);
  }

  Node operate(Op op, Type type, long number, Position position, Node... inputs) {
    return graph.operate(current(), op, type, List.of(inputs), number, position);
  }

  /** Adds a node that is not folded. */
  Node add(
      Op op, Type type, long number, int size, String name, Position position, Node... inputs) {
    Node node = graph.newNode(op, type, List.of(inputs), number, size, name, position);
    current().nodes().add(node);
    boolean helper = op == Op.CALL;
    if (helper && HelperFunction.find((int) number).filter(MOVING::contains).isPresent()) {
      graph.movesPacket(node);
    }
    return node;
  }

  /** Ends the current block; what follows is reached only by another way. */
  void end(End end, Position position) {
    current().end(end, position);
    current = null;
  }

  void jump(Block target, Position position) {
    end(new End.Goto(target), position);
  }

  /** Branches; to one side only, if it is known which. */
  void branch(
      Relation relation, Node left, Node right, Block then, Block otherwise, Position position) {
    if (left.isConstant() && right.isConstant()) {
      boolean holds = holds(relation, left, right);
      jump(holds ? then : otherwise, position);
    } else if (left.isConstant()) {
      end(new End.Branch(relation.mirrored(), right, left, then, otherwise), position);
    } else {
      end(new End.Branch(relation, left, right, then, otherwise), position);
    }
  }

  static boolean holds(Relation relation, Node left, Node right) {
    return relation.holds(left.number(), right.number());
  }

  /** A number: 1 for those that come from one block, 0 for those from another. */
  Node truth(Block yes, Block no, Position position) {
    Block after = graph.newBlock();
    List<Node> answers = new ArrayList<>();
    for (Block block : List.of(yes, no)) {
      if (!block.predecessors().isEmpty()) {
        moveTo(block);
        jump(after, position);
        answers.add(constant(Type.INT, block == yes ? 1 : 0, position));
      }
    }
    moveTo(after);
    return add(Op.PHI, Type.INT, 0, 0, "", position, answers.toArray(new Node[0]));
  }

  /** The block that ends the program with the verdict for those that come to no end. */
  Block ended(Position position) {
    Block block = ended;
    if (block == null) {
      block = graph.newBlock();
      block.end(new End.Return(graph.otherwise(position)), position);
      ended = block;
    }
    return block;
  }

  /** Goes on only if a relation holds; else the program ends. */
  void require(Relation relation, Node left, Node right, Position position) {
    Block on = graph.newBlock();
    branch(relation, left, right, on, ended(position), position);
    current = on.predecessors().isEmpty() ? null : on;
  }
}
