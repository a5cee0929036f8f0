package dev.sluice.compiler.build;

import dev.sluice.bpf.MapSpec;
import dev.sluice.compiler.CompilationException;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the graphs of a program: of its entry, and of what became functions of their own. */
public final class ProgramBuilder {
  private static final int DEEPEST = 40;
  private static final int MOST_ATTEMPTS = 1000;

  private final Request request;
  private final Lessons lessons;
  private final Set<String> usedConstants = new HashSet<>();
  private final Deque<String> calls = new ArrayDeque<>();
  private final Map<String, MapSpec> maps = new LinkedHashMap<>();
  private final IdentityHashMap<Object, String> names = new IdentityHashMap<>();
  private final ConstantTables tables;
  private final Functions functions;

  /**
   * What is to be built.
   *
   * @param classes where its classes are
   * @param kind what it gets
   * @param owner the method's class, with slashes
   * @param name the method's name
   * @param descriptor the method's parameters and result
   * @param otherwise the verdict where it does not come to an end
   * @param constants what static fields are set to, by their names
   * @param large from how many operations on a method that is called more than once becomes a
   *     function
   */
  public record Request(
      ClassFiles classes,
      ContextKind kind,
      String owner,
      String name,
      String descriptor,
      int otherwise,
      Map<String, Long> constants,
      int large) {
    /** Keeps a copy. */
    public Request {
      constants = Map.copyOf(constants);
    }
  }

  /**
   * Graphs and the maps that they name.
   *
   * @param graphs the program's entry, and its functions
   * @param maps the maps
   * @param constants which of the constants that were set it read
   */
  public record Built(List<Graph> graphs, List<MapSpec> maps, Set<String> constants) {
    /** Keeps copies. */
    public Built {
      graphs = List.copyOf(graphs);
      maps = List.copyOf(maps);
      constants = Set.copyOf(constants);
    }
  }

  private ProgramBuilder(Request request, Lessons lessons) {
    this.request = request;
    this.lessons = lessons;
    tables = new ConstantTables(request.owner() + "." + request.name());
    functions = new Functions(this);
  }

  /**
   * Makes the graphs of a program.
   *
   * @throws CompilationException if it holds what cannot be compiled
   */
  public static Built build(Request request) {
    Position nowhere = new Position(request.owner(), 0, request.name());
    MethodCode code =
        request
            .classes()
            .method(request.owner(), request.name(), request.descriptor(), nowhere)
            .orElseThrow(
                () -> new CompilationException(nowhere, "there is no such method with code", ""));
    Lessons lessons = new Lessons();
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      try {
        return new ProgramBuilder(request, lessons).build(code);
      } catch (RestartNeeded e) {
        e.teach(lessons);
      }
    }
    throw new CompilationException(
        code.position(0),
        "what its variables hold was not found out in " + MOST_ATTEMPTS + " attempts",
        "use fewer different objects");
  }

  private Built build(MethodCode code) {
    Position position = code.position(0);
    Graph graph = new Graph("", Type.INT, request.otherwise());
    graph.context(graph.newNode(Op.ARGUMENT, Type.POINTER, List.of(), 1, 0, "", position));
    GraphBuilder builder = new GraphBuilder(this, graph);
    Value result = builder.inline(code, List.of(new Value.Context()), position);
    if (builder.isReached() && result instanceof Value.Scalar(Node verdict)) {
      builder.end(new End.Return(verdict), position);
    }
    functions.requireSmall(request.large());
    List<Graph> graphs = new ArrayList<>(List.of(graph));
    graphs.addAll(functions.graphs());
    List<MapSpec> all = new ArrayList<>(maps.values());
    tables.map().ifPresent(all::add);
    return new Built(graphs, all, usedConstants);
  }

  ClassFiles classes() {
    return request.classes();
  }

  ContextKind kind() {
    return request.kind();
  }

  ConstantTables tables() {
    return tables;
  }

  Lessons lessons() {
    return lessons;
  }

  Functions functions() {
    return functions;
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
    Long value = request.constants().get(field);
    if (value != null) {
      usedConstants.add(field);
    }
    return value;
  }

  /** Begins to follow a method. */
  void enter(MethodCode code, Position position) {
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
  }

  /** Ends what {@link #enter} began. */
  void leave() {
    calls.pop();
  }

  /** Whoever calls a method of the JDK cannot change it: the place that matters is the call. */
  CompilationException explained(CompilationException refusal, MethodCode code, Position position) {
    return !code.className().startsWith("java/") || calls.size() == 1
        ? refusal
        : new CompilationException(
            position,
            "%s of %s is called, which cannot be compiled"
                .formatted(code.name(), ClassFiles.dotted(code.className())),
            instead(code.className(), position));
  }

  /** What to write instead of a class of the JDK. */
  private String instead(String className, Position position) {
    Class<?> type = classes().load(className, position);
    if (CharSequence.class.isAssignableFrom(type)) {
      return "use numbers or an enum in place of strings";
    } else if (Collection.class.isAssignableFrom(type)) {
      return "use a static final array";
    } else if (Map.class.isAssignableFrom(type)) {
      return "use a Table";
    }
    return "call methods that only compute with numbers";
  }
}
