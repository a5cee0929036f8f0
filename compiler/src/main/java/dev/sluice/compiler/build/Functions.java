package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Methods that are large and called more than once are functions of their own. A function returns
 * its number in r0, or leaves other results in the caller's memory; minus one in r0 says that the
 * program is to end.
 */
final class Functions {
  /** How many arguments a function may have. */
  private static final int REGISTERS = 5;

  /** What a function returns where the program is to end; all results are 0 or more. */
  private static final long ENDED = -1;

  private final ProgramBuilder program;
  private final Map<String, Function> built = new LinkedHashMap<>();
  private final Map<String, Inlined> inlined = new LinkedHashMap<>();
  private int count;

  Functions(ProgramBuilder program) {
    this.program = program;
  }

  /**
   * A function.
   *
   * @param result of the shape that it gives; null if nothing
   * @param returns whether it comes to an end at all
   * @param mayEnd whether the program may end in it
   */
  private record Function(Graph graph, @Nullable Value result, boolean returns, boolean mayEnd) {}

  /** How often a method was followed in place with arguments of the same shape, and its size. */
  private record Inlined(int times, int size) {
    int saved() {
      return (times - 1) * size;
    }
  }

  private String key(MethodCode code, List<Value> arguments) {
    StringBuilder key = new StringBuilder(code.className()).append('.').append(code.name());
    key.append(code.type().descriptorString());
    arguments.forEach(argument -> key.append(' ').append(Parts.shape(argument, program.lessons())));
    return key.toString();
  }

  /** Whether a method is a function. */
  boolean isFunction(MethodCode code, List<Value> arguments) {
    return program.lessons().hasFunctions() && program.lessons().isFunction(key(code, arguments));
  }

  /** Takes note of a method that was followed in place. */
  void inlined(MethodCode code, List<Value> arguments, int size) {
    boolean constructs = code.name().startsWith("<");
    if (!constructs) {
      inlined.merge(
          key(code, arguments),
          new Inlined(1, size),
          (a, b) -> new Inlined(a.times() + b.times(), Math.max(a.size(), b.size())));
    }
  }

  /**
   * Makes a function of the method that most would be saved by.
   *
   * @param large from how many nodes on it is worth while
   */
  void requireSmall(int large) {
    String best = "";
    int most = 0;
    for (Map.Entry<String, Inlined> method : inlined.entrySet()) {
      boolean worthWhile =
          method.getValue().size() >= large
              && method.getValue().saved() > most
              && !program.lessons().isInPlace(method.getKey());
      if (worthWhile) {
        best = method.getKey();
        most = method.getValue().saved();
      }
    }
    if (most > 0) {
      String method = best;
      throw new RestartNeeded(lessons -> lessons.makeFunction(method));
    }
  }

  /** The graphs of the functions. */
  List<Graph> graphs() {
    return built.values().stream().map(Function::graph).toList();
  }

  /** A name for one more function. */
  String newName(String method) {
    count++;
    return method.replaceAll("[^A-Za-z0-9_]", "_") + "_" + count;
  }

  /** Takes in a function that is built already. */
  void add(Graph graph) {
    built.put(graph.name(), new Function(graph, null, true, false));
  }

  /** Calls a function; its result, or null if it has none. */
  @Nullable Value call(
      GraphBuilder builder, MethodCode code, List<Value> arguments, Position position) {
    String key = key(code, arguments);
    Function function = built.get(key);
    if (function == null) {
      function = build(key, code, arguments, position);
      built.put(key, function);
    }
    builder.settle(position);
    List<Node> given = new ArrayList<>();
    if (arguments.stream().anyMatch(Parts::haveContext)) {
      given.add(builder.context());
    }
    @Nullable Value result = function.result();
    Slots room = null;
    if (isInMemory(code)) {
      List<Node> parts = result == null ? List.of() : Parts.of(result);
      room = Slots.on(builder, "result", parts, position);
      given.add(room.start());
    }
    List<Node> parts = arguments.stream().flatMap(value -> Parts.of(value).stream()).toList();
    if (given.size() + parts.size() <= REGISTERS) {
      given.addAll(parts);
    } else {
      Slots slots = Slots.on(builder, "arguments", parts, position);
      slots.store(builder, parts, position);
      given.add(slots.start());
    }
    Node returned =
        builder.add(
            Op.INVOKE,
            Type.LONG,
            0,
            0,
            function.graph().name(),
            position,
            given.toArray(new Node[0]));
    if (function.graph().hasMoves()) {
      builder.graph().movesPacket(returned);
    }
    if (!function.returns()) {
      builder.jump(builder.ended(position), position);
    } else if (function.mayEnd()) {
      Node none = builder.constant(Type.LONG, 0, position);
      builder.require(Relation.GE, returned, none, position);
    }
    if (result == null || !builder.isReached()) {
      return null;
    }
    return room == null
        ? new Value.Scalar(builder.operate(Op.LOW32, Type.INT, position, returned))
        : Parts.with(result, room.load(builder, position).iterator());
  }

  /** Whether the result is more than a number of 32 bits. */
  private static boolean isInMemory(MethodCode code) {
    return switch (TypeKind.from(code.type().returnType())) {
      case LONG, REFERENCE -> true;
      default -> false;
    };
  }

  private Function build(String key, MethodCode code, List<Value> arguments, Position position) {
    Graph graph = new Graph(newName(code.name()), Type.LONG, ENDED);
    GraphBuilder builder = new GraphBuilder(program, graph, key);
    int register = 1;
    if (arguments.stream().anyMatch(Parts::haveContext)) {
      graph.context(argument(graph, register, Type.POINTER, position));
      register++;
    }
    Node room = null;
    if (isInMemory(code)) {
      room = entering(graph, register, Type.POINTER, position);
      register++;
    }
    List<Node> wanted = arguments.stream().flatMap(value -> Parts.of(value).stream()).toList();
    List<Node> parts = new ArrayList<>();
    if (register - 1 + wanted.size() <= REGISTERS) {
      for (Node part : wanted) {
        parts.add(entering(graph, register, part.type(), position));
        register++;
      }
    } else {
      Node start = entering(graph, register, Type.POINTER, position);
      parts.addAll(Slots.at(start, wanted).load(builder, position));
    }
    Iterator<Node> next = parts.iterator();
    List<Value> own = arguments.stream().map(value -> Parts.with(value, next)).toList();
    @Nullable Value result = builder.inline(code, own, position);
    boolean returns = builder.isReached();
    if (returns) {
      Node status = builder.constant(Type.LONG, 0, position);
      if (room != null && result != null) {
        List<Node> values = Parts.of(result);
        Slots.at(room, values).store(builder, values, position);
      } else if (result instanceof Value.Scalar(Node number)) {
        status = builder.operate(Op.ZERO32, Type.LONG, position, number);
      }
      builder.end(new End.Return(status), position);
    }
    return new Function(graph, result, returns, builder.mayEnd());
  }

  private static Node argument(Graph graph, int register, Type type, Position position) {
    return graph.newNode(Op.ARGUMENT, type, List.of(), register, 0, "", position);
  }

  private static Node entering(Graph graph, int register, Type type, Position position) {
    Node node = argument(graph, register, type, position);
    graph.entry().nodes().add(node);
    return node;
  }
}
