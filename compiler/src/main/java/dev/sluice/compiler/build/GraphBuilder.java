package dev.sluice.compiler.build;

import dev.sluice.bpf.MapSpec;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the graph of a program, one node after the other. */
public final class GraphBuilder {
  private static final int DEEPEST = 40;

  private final Graph graph = new Graph();
  private final ClassFiles classes;
  private final ContextKind kind;
  private final Map<String, Long> constants;
  private final Set<String> usedConstants = new HashSet<>();
  private final Deque<String> calls = new ArrayDeque<>();
  private final Map<String, MapSpec> maps = new LinkedHashMap<>();
  private final IdentityHashMap<Object, String> names = new IdentityHashMap<>();
  private final ConstantTables tables;
  private final Map<String, Node> rooms = new HashMap<>();
  private final Lessons lessons;
  private final Node otherwise;
  private final Node context;

  /** Where nodes are added; null where nothing is reached any more. */
  private @Nullable Block current = graph.entry();

  private @Nullable Block ended;

  private GraphBuilder(
      ClassFiles classes,
      ContextKind kind,
      int otherwise,
      Map<String, Long> constants,
      Lessons lessons,
      Position position) {
    tables = new ConstantTables(position.method());
    this.constants = constants;
    this.lessons = lessons;
    this.classes = classes;
    this.kind = kind;
    this.otherwise = graph.constant(Type.INT, otherwise, position);
    context = graph.newNode(Op.CONTEXT, Type.POINTER, List.of(), 0, 0, "", position);
    graph.entry().nodes().add(context);
  }

  /**
   * A graph and the maps that it names.
   *
   * @param graph the program
   * @param maps the maps
   * @param constants which of the constants that were set it read
   */
  public record Built(Graph graph, List<MapSpec> maps, Set<String> constants) {
    /** Keeps copies. */
    public Built {
      maps = List.copyOf(maps);
      constants = Set.copyOf(constants);
    }
  }

  /**
   * Makes the graph of a program.
   *
   * @param owner its class, with slashes
   * @param otherwise the verdict where it does not come to an end
   * @param constants what static fields are set to, by their names
   * @throws CompilationException if it holds what cannot be compiled
   */
  public static Built build(
      ClassFiles classes,
      ContextKind kind,
      String owner,
      String name,
      String descriptor,
      int otherwise,
      Map<String, Long> constants) {
    Position nowhere = new Position(owner, 0, name);
    MethodCode code =
        classes
            .method(owner, name, descriptor, nowhere)
            .orElseThrow(
                () -> new CompilationException(nowhere, "there is no such method with code", ""));
    Lessons lessons = new Lessons();
    while (true) {
      try {
        return build(classes, kind, code, otherwise, constants, lessons);
      } catch (RestartNeeded e) {
        e.teach(lessons);
      }
    }
  }

  private static Built build(
      ClassFiles classes,
      ContextKind kind,
      MethodCode code,
      int otherwise,
      Map<String, Long> constants,
      Lessons lessons) {
    GraphBuilder builder =
        new GraphBuilder(classes, kind, otherwise, constants, lessons, code.position(0));
    Value result = builder.call(code, List.of(new Value.Context()), code.position(0));
    if (builder.current != null && result instanceof Value.Scalar(Node verdict)) {
      builder.end(new End.Return(verdict), code.position(0));
    }
    List<MapSpec> maps = new ArrayList<>(builder.maps.values());
    builder.tables.map().ifPresent(maps::add);
    return new Built(builder.graph, maps, builder.usedConstants);
  }

  Graph graph() {
    return graph;
  }

  ClassFiles classes() {
    return classes;
  }

  ContextKind kind() {
    return kind;
  }

  Node context() {
    return context;
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

  /** Remembers the map of a field. */
  void name(Object table, MapSpec spec, Position position) {
    MapSpec same = maps.putIfAbsent(spec.name(), spec);
    String name = names.putIfAbsent(table, spec.name());
    if (name == null && same != null) {
      throw new CompilationException(
          position, "two maps are named '" + spec.name() + "'", "rename a field");
    }
  }

  /** The name of a map. */
  String nameOf(Object table, Position position) {
    String name = names.get(table);
    if (name == null) {
      throw new CompilationException(
          position, "a map is used that is in no field", "keep it in a static final field");
    }
    return name;
  }

  /** What a static field was set to for this program; null if to nothing. */
  @Nullable Long chosen(String field) {
    Long value = constants.get(field);
    if (value != null) {
      usedConstants.add(field);
    }
    return value;
  }

  ConstantTables tables() {
    return tables;
  }

  Lessons lessons() {
    return lessons;
  }

  /** Room on the stack, the same for each that asks for the same. */
  Node room(String use, int size, Position position) {
    return rooms.computeIfAbsent(
        use + size,
        _ -> {
          Node room = graph.newNode(Op.STACK, Type.POINTER, List.of(), 0, size, "", position);
          graph.entry().nodes().add(1, room);
          return room;
        });
  }

  /** Follows a method, right here. */
  @Nullable Value call(MethodCode code, List<Value> arguments, Position position) {
    String key = code.className() + "." + code.name() + code.type().descriptorString();
    if (calls.contains(key)) {
      throw new CompilationException(
          position, code.name() + " calls itself", "write a loop with a fixed number of turns");
    }
    if (calls.size() >= DEEPEST) {
      throw new CompilationException(
          position, "more than " + DEEPEST + " methods call each other", "");
    }
    calls.push(key);
    try {
      return new MethodBuilder(this, code).follow(arguments);
    } catch (CompilationException e) {
      if (!code.className().startsWith("java/") || calls.size() == 1) {
        throw e;
      }
      // Whoever calls it cannot change it: the place that matters is the call.
      throw new CompilationException(
          position,
          "%s of %s is called, which cannot be compiled"
              .formatted(code.name(), ClassFiles.dotted(code.className())),
          "call methods that only compute with numbers");
    } finally {
      calls.pop();
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

  /** The block that ends the program with the verdict for those that come to no end. */
  Block ended(Position position) {
    Block block = ended;
    if (block == null) {
      block = graph.newBlock();
      block.end(new End.Return(otherwise), position);
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
