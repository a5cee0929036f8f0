package dev.sluice.compiler;

import dev.sluice.bpf.ObjectName;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.compiler.build.ClassFiles;
import dev.sluice.compiler.build.ContextKind;
import dev.sluice.compiler.build.ProgramBuilder;
import dev.sluice.compiler.code.Emission;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.pass.Cleaning;
import dev.sluice.compiler.pass.LoopCheck;
import dev.sluice.compiler.pass.Narrowing;
import dev.sluice.compiler.pass.Numbering;
import dev.sluice.compiler.pass.PacketChecks;
import dev.sluice.compiler.pass.Ranges;
import dev.sluice.compiler.pass.Simplifying;
import dev.sluice.compiler.pass.Straightening;
import dev.sluice.compiler.pass.Threading;
import dev.sluice.compiler.pass.Unlinking;
import dev.sluice.compiler.pass.VerdictCheck;
import dev.sluice.compiler.program.BpfProgram;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Compiles a static method to an eBPF program. */
public final class ProgramCompiler {
  /** About twice as many instructions: much more than what a call costs. */
  private static final int LARGE = 100;

  private ProgramCompiler() {}

  /**
   * A compiled program.
   *
   * @param object the program and its maps
   */
  public record Compiled(ObjectSpec object) {
    /** The program. */
    public ProgramSpec program() {
      return object.programs().getFirst();
    }
  }

  /** Is shown the graph after each pass. */
  @FunctionalInterface
  public interface Observer {
    /**
     * A pass is done.
     *
     * @param pass its name
     * @param graph the graph, as it is now
     */
    void after(String pass, Graph graph);
  }

  private record Pass(String name, Consumer<Graph> change) {}

  private static List<Pass> passes(ContextKind kind) {
    return List.of(
        new Pass("cleaning", Cleaning::run),
        new Pass("straightening", Straightening::run),
        new Pass("threading", Threading::run),
        new Pass("numbering", Numbering::run),
        new Pass("packet checks", PacketChecks::run),
        new Pass("simplifying", Simplifying::run),
        new Pass("numbering", Numbering::run),
        new Pass("narrowing", Narrowing::run),
        new Pass("cleaning", Cleaning::run),
        new Pass("straightening", Straightening::run),
        new Pass("loop check", LoopCheck::run),
        new Pass("ranges", Ranges::run),
        new Pass("verdict check", graph -> VerdictCheck.run(graph, kind::mayReturn)),
        new Pass("unlinking", Unlinking::run));
  }

  private static void requireUsed(
      Map<String, Long> constants, ProgramBuilder.Built built, Position position) {
    for (String name : constants.keySet()) {
      if (!built.constants().contains(name)) {
        throw new CompilationException(
            position,
            "it reads no static final field " + name + " that could be set",
            "give it its value by Kernel.constant");
      }
    }
  }

  /** The methods of a class that are programs, in the order of their names. */
  public static List<Method> programsOf(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(BpfProgram.class))
        .sorted(Comparator.comparing(Method::getName))
        .toList();
  }

  /**
   * Compiles a method.
   *
   * @param method public and static, with a {@link BpfProgram}
   * @throws CompilationException if it holds what cannot be compiled
   */
  public static Compiled compile(Method method) {
    return compile(method, Map.of(), (_, _) -> {});
  }

  /**
   * Compiles a method, and shows what it is on the way.
   *
   * @param constants what static final fields of numbers are set to, by their names; those that the
   *     Java compiler did not put in their place already, see {@link
   *     dev.sluice.compiler.program.Kernel#constant(int)}
   * @throws CompilationException if it holds what cannot be compiled, or reads no such field
   */
  public static Compiled compile(Method method, Map<String, Long> constants, Observer observer) {
    return compile(method, constants, LARGE, observer);
  }

  /**
   * Compiles a method, and says which of those that it calls become functions of their own.
   *
   * @param constants as above
   * @param large from how many operations on a method that is called more than once becomes a
   *     function; {@link Integer#MAX_VALUE} for none
   * @throws CompilationException if it holds what cannot be compiled, or reads no such field
   */
  public static Compiled compile(
      Method method, Map<String, Long> constants, int large, Observer observer) {
    ClassFiles classes = new ClassFiles(method.getDeclaringClass().getClassLoader());
    Position position = classes.position(method);
    BpfProgram declared = method.getAnnotation(BpfProgram.class);
    int modifiers = method.getModifiers();
    if (declared == null || !Modifier.isStatic(modifiers) || !Modifier.isPublic(modifiers)) {
      throw new CompilationException(
          position,
          "it is no public static method with @BpfProgram",
          "annotate a public static method");
    }
    ContextKind kind =
        Arrays.stream(method.getParameterTypes())
            .findFirst()
            .flatMap(ContextKind::of)
            .filter(_ -> method.getParameterCount() == 1 && method.getReturnType() == int.class)
            .orElseThrow(
                () ->
                    new CompilationException(
                        position,
                        "its parameters are %s, and it returns %s"
                            .formatted(
                                Arrays.toString(method.getParameterTypes()),
                                method.getReturnType().getSimpleName()),
                        "a program takes an SkBuff, an XdpContext or a CgroupSkb, and returns"
                            + " int"));
    ProgramBuilder.Built built =
        ProgramBuilder.build(
            new ProgramBuilder.Request(
                classes,
                kind,
                method.getDeclaringClass().getName().replace('.', '/'),
                method.getName(),
                ClassFiles.descriptor(method),
                declared.otherwise(),
                constants,
                large));
    requireUsed(constants, built, position);
    for (Graph graph : built.graphs()) {
      observer.after("building", graph);
      for (Pass pass : passes(kind)) {
        pass.change().accept(graph);
        observer.after(pass.name(), graph);
      }
    }
    Emission.Emitted emitted = Emission.emit(built.graphs(), kind.start(), kind.end());
    if (!emitted.fits() && large != Integer.MAX_VALUE) {
      // In one function, the registers of all are allocated together.
      return compile(method, constants, Integer.MAX_VALUE, observer);
    }
    ProgramSpec program =
        ProgramSpec.of(
            name(method, declared, position), kind.type(), declared.license(), emitted.code());
    return new Compiled(new ObjectSpec(List.of(program), built.maps()));
  }

  /** The program's name: the method's, cut short, unless it has one of its own. */
  private static String name(Method method, BpfProgram declared, Position position) {
    String name = declared.name();
    if (name.isEmpty()) {
      return ObjectName.cut(method.getName().replace('$', '_'));
    }
    if (!name.matches("[A-Za-z0-9_.]{1," + ObjectName.MAX_LENGTH + "}")) {
      throw new CompilationException(
          position,
          "its name is '" + name + "'",
          "a name has 1 to %d of A-Z, a-z, 0-9, '_' and '.'".formatted(ObjectName.MAX_LENGTH));
    }
    return name;
  }
}
