package dev.sluice.compiler;

import dev.sluice.bpf.Code;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.compiler.build.ClassFiles;
import dev.sluice.compiler.build.ContextKind;
import dev.sluice.compiler.build.GraphBuilder;
import dev.sluice.compiler.code.Emission;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.pass.Cleaning;
import dev.sluice.compiler.pass.Narrowing;
import dev.sluice.compiler.pass.Numbering;
import dev.sluice.compiler.pass.PacketChecks;
import dev.sluice.compiler.pass.Straightening;
import dev.sluice.compiler.pass.Threading;
import dev.sluice.compiler.pass.Unlinking;
import dev.sluice.compiler.program.BpfProgram;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

/** Compiles a static method to an eBPF program. */
public final class ProgramCompiler {
  private static final int LONGEST_NAME = 15;

  private ProgramCompiler() {}

  /**
   * A compiled program and what it was on the way.
   *
   * @param object the program and its maps
   * @param ir the graph after the last pass, as text
   */
  public record Compiled(ObjectSpec object, String ir) {
    /** The program. */
    public ProgramSpec program() {
      return object.programs().getFirst();
    }
  }

  /**
   * Compiles a method.
   *
   * @param method public and static, with a {@link BpfProgram}
   * @throws CompilationException if it holds what cannot be compiled
   */
  public static Compiled compile(Method method) {
    Position position =
        new Position(
            method.getDeclaringClass().getSimpleName() + ".java",
            0,
            method.getDeclaringClass().getSimpleName() + "." + method.getName());
    BpfProgram declared = method.getAnnotation(BpfProgram.class);
    if (declared == null || !Modifier.isStatic(method.getModifiers())) {
      throw new CompilationException(
          position, "it is no static method with @BpfProgram", "annotate a public static method");
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
                        "its parameters are " + Arrays.toString(method.getParameterTypes()),
                        "a program takes an SkBuff or an XdpContext and returns int"));
    ClassLoader loader = method.getDeclaringClass().getClassLoader();
    GraphBuilder.Built built =
        GraphBuilder.build(
            new ClassFiles(loader),
            kind,
            method.getDeclaringClass().getName().replace('.', '/'),
            method.getName(),
            MethodTypeDesc.of(
                    ClassDesc.ofDescriptor("I"),
                    List.of(method.getParameterTypes()[0].describeConstable().orElseThrow()))
                .descriptorString(),
            declared.otherwise());
    Graph graph = built.graph();
    Cleaning.run(graph);
    Straightening.run(graph);
    Threading.run(graph);
    Numbering.run(graph);
    PacketChecks.run(graph, declared.otherwise());
    Numbering.run(graph);
    Narrowing.run(graph);
    Cleaning.run(graph);
    Straightening.run(graph);
    Unlinking.run(graph);
    String ir = graph.text();
    Code code = Emission.emit(graph, kind.start(), kind.end());
    String name = declared.name().isEmpty() ? method.getName() : declared.name();
    ProgramSpec program =
        ProgramSpec.of(
            name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name,
            kind.type(),
            declared.license(),
            code);
    return new Compiled(new ObjectSpec(List.of(program), built.maps()), ir);
  }
}
