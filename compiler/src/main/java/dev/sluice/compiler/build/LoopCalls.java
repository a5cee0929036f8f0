package dev.sluice.compiler.build;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import dev.sluice.compiler.program.Loop;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls of {@link Loop}: a turn becomes a function that {@code bpf_loop} calls back. The state lies
 * on the caller's stack: the context, whether a turn came to no end, and the parts of the state.
 */
final class LoopCalls {
  private static final String LOOP = Loop.class.getName().replace('.', '/');
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final int CONTEXT = 0;
  private static final int UNFINISHED = 8;
  private static final int STATE = 16;
  private static final int SLOT = 8;

  /** What a turn returns: whether to go on. */
  private static final long GO_ON = 0;

  private static final long STOP = 1;

  private final GraphBuilder builder;
  private final Lambdas lambdas;
  private final Position position;

  LoopCalls(GraphBuilder builder, Position position) {
    this.builder = builder;
    this.position = position;
    lambdas = new Lambdas(position);
  }

  static boolean isLoop(String owner) {
    return owner.equals(LOOP);
  }

  /**
   * Makes turns.
   *
   * @param arguments of {@link Loop#run}
   */
  Value run(Node turns, Value given, List<Value> arguments) {
    Value.Lambda turn = lambdas.of(arguments.getLast());
    Value start = new StateShape(builder, turn, position).widened(given);
    Value.@Nullable Lambda goesOn = arguments.size() > 3 ? lambdas.of(arguments.get(2)) : null;
    List<Node> parts = Parts.of(start);
    Graph callback = turn(start, goesOn, turn);
    builder.program().functions().add(callback);
    builder.settle(position);

    Node room = builder.room("loop " + callback.name(), STATE + SLOT * parts.size(), position);
    Node zero = builder.constant(Type.LONG, 0, position);
    if (Parts.haveContext(start)) {
      store(builder, room, CONTEXT, SLOT, builder.context());
    }
    store(builder, room, UNFINISHED, SLOT, zero);
    keep(builder, room, parts);
    Block some = builder.graph().newBlock();
    Block after = builder.graph().newBlock();
    // The kernel stumbles over a function that it sees is never called back.
    Node none = builder.constant(Type.INT, 0, position);
    builder.branch(Relation.NE, turns, none, some, after, position);
    if (!some.predecessors().isEmpty()) {
      builder.moveTo(some);
      makeTurns(callback, turns, room);
      if (builder.isReached()) {
        builder.jump(after, position);
      }
    }
    if (after.predecessors().isEmpty()) {
      builder.moveTo(null);
      return start;
    }
    builder.moveTo(after);
    Node unfinished = builder.add(Op.LOAD, Type.LONG, UNFINISHED, SLOT, "", position, room);
    builder.require(Relation.EQ, unfinished, zero, position);
    return Parts.with(start, load(builder, room, parts).iterator());
  }

  private void makeTurns(Graph callback, Node turns, Node room) {
    Node zero = builder.constant(Type.LONG, 0, position);
    Node function = builder.add(Op.FUNCTION, Type.POINTER, 0, 0, callback.name(), position);
    Node done =
        builder.add(
            Op.CALL,
            Type.LONG,
            HelperFunction.LOOP.id(),
            0,
            "",
            position,
            turns,
            function,
            room,
            zero);
    if (callback.hasMoves()) {
      builder.graph().movesPacket(done);
    }
    boolean always = turns.isConstant() && turns.number() >= 0 && turns.number() <= Loop.MOST;
    if (!always) {
      // Where the kernel writes the loop out, a refusal is a number of 32 bits.
      Node answer = builder.operate(Op.LOW32, Type.INT, position, done);
      Node none = builder.constant(Type.INT, 0, position);
      builder.require(Relation.GE, answer, none, position);
    }
  }

  /** The function that makes a turn. */
  private Graph turn(Value start, Value.@Nullable Lambda goesOn, Value.Lambda turn) {
    Graph graph = new Graph(builder.program().functions().newName(turn.name()), Type.LONG, STOP);
    GraphBuilder own = new GraphBuilder(builder.program(), graph);
    Node number = graph.newNode(Op.ARGUMENT, Type.LONG, List.of(), 1, 0, "", position);
    Node room = graph.newNode(Op.ARGUMENT, Type.POINTER, List.of(), 2, 0, "", position);
    graph.entry().nodes().addAll(List.of(number, room));
    if (Parts.haveContext(start)) {
      graph.context(
          graph.newNode(Op.LOAD, Type.POINTER, List.of(room), CONTEXT, SLOT, "", position));
    }
    List<Node> parts = Parts.of(start);
    Value state = Parts.with(start, load(own, room, parts).iterator());
    store(own, room, UNFINISHED, SLOT, own.constant(Type.LONG, 1, position));
    if (goesOn != null) {
      askWhether(own, room, goesOn, state);
    }
    if (own.isReached()) {
      Node index = own.operate(Op.LOW32, Type.INT, position, number);
      Value next = lambdas.call(own, turn, List.of(new Value.Scalar(index), state));
      if (own.isReached() && next != null) {
        Value fitting = new StateShape(own, turn, position).fitting(start, next);
        keep(own, room, Parts.of(fitting));
        finish(own, room, GO_ON);
      }
    }
    return graph;
  }

  private void askWhether(GraphBuilder own, Node room, Value.Lambda goesOn, Value state) {
    Value answer = lambdas.call(own, goesOn, List.of(state));
    if (!own.isReached() || !(answer instanceof Value.Scalar(Node truth))) {
      return;
    }
    Block more = own.graph().newBlock();
    Block enough = own.graph().newBlock();
    own.branch(Relation.NE, truth, own.constant(Type.INT, 0, position), more, enough, position);
    if (!enough.predecessors().isEmpty()) {
      own.moveTo(enough);
      finish(own, room, STOP);
    }
    own.moveTo(more.predecessors().isEmpty() ? null : more);
  }

  private void finish(GraphBuilder own, Node room, long result) {
    store(own, room, UNFINISHED, SLOT, own.constant(Type.LONG, 0, position));
    own.end(new End.Return(own.constant(Type.LONG, result, position)), position);
  }

  private void store(GraphBuilder own, Node room, int offset, int size, Node value) {
    own.add(Op.STORE, Type.VOID, offset, size, "", position, room, value);
  }

  /**
   * Stores the state in halves: the verifier does not put them together again. Of what it knew it
   * would ask in each turn whether it still holds, and never be done.
   */
  private void keep(GraphBuilder own, Node room, List<Node> parts) {
    int offset = STATE;
    for (Node part : parts) {
      if (part.type() == Type.POINTER) {
        store(own, room, offset, SLOT, part);
      } else {
        boolean wide = part.type() == Type.LONG;
        int half = wide ? 4 : 2;
        Node count = own.constant(part.type(), 8L * half, position);
        Node high = own.operate(Op.USHR, part.type(), position, part, count);
        store(own, room, offset, half, LITTLE ? part : high);
        store(own, room, offset + half, half, LITTLE ? high : part);
      }
      offset += SLOT;
    }
  }

  private List<Node> load(GraphBuilder own, Node room, List<Node> parts) {
    return new Slots(room, STATE, parts.stream().map(Node::type).toList()).load(own, position);
  }
}
