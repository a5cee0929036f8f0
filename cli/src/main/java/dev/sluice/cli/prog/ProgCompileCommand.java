package dev.sluice.cli.prog;

import dev.sluice.bpf.Disassembler;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.btf.BtfText;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Network;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice prog compile}: what methods in Java become. */
@Command(
    name = "compile",
    description = {
      "Compile methods in Java to eBPF, and show what they become.",
      "PROCESSED is how many instructions the engine's verifier looked at, nearly always as many"
          + " as",
      "the kernel's; sluice prog load prints the kernel's own number."
    },
    mixinStandardHelpOptions = true)
public final class ProgCompileCommand implements Callable<Integer> {
  private static final Set<String> DUMPS = Set.of("ir", "asm", "btf");

  private final Session session;

  @Parameters(
      paramLabel = "CLASS",
      description = "A .java or .class file, a jar, or the name of a class that comes with Sluice.")
  private String target = "";

  @Option(names = "--method", paramLabel = "M", description = "Only this method.")
  private @Nullable String method;

  @Option(
      names = "--dump",
      paramLabel = "ir|asm|btf",
      description = {
        "Print the graph after each pass, the program in assembler with its maps, or the types,",
        "functions and lines that the kernel is told."
      })
  private @Nullable String dump;

  @Option(
      names = "--const",
      paramLabel = "NAME=NUMBER",
      description = "Set a constant. May be repeated.")
  private List<String> constants = new ArrayList<>();

  /** The command for one session. */
  public ProgCompileCommand(Session session) {
    this.session = session;
  }

  /**
   * What a method became.
   *
   * @param method the method
   * @param name the program's name
   * @param type what it is for
   * @param instructions slots of 8 bytes
   * @param processed how many instructions the engine's verifier looked at; null if it refused, or
   *     cannot tell for the engine lacks what the program uses
   * @param refusal why the engine refuses it; null if it does not
   * @param maps the maps that it uses
   * @param text what {@code --dump} asked for; null if nothing
   */
  record Compiled(
      String method,
      String name,
      String type,
      int instructions,
      @Nullable Integer processed,
      @Nullable String refusal,
      List<String> maps,
      @Nullable String text) {}

  @Override
  public Integer call() {
    if (dump != null && !DUMPS.contains(dump)) {
      throw new InvalidInput(
          "command line", 0, 0, "expected ir, asm or btf behind --dump, found " + dump);
    }
    List<Method> methods = JavaPrograms.methods(named(target));
    List<Compiled> compiled = new ArrayList<>();
    List<VerifierRejected> refusals = new ArrayList<>();
    for (Method one : methods) {
      if (method == null || method.equals(one.getName())) {
        compiled.add(compile(one, refusals));
      }
    }
    if (compiled.isEmpty()) {
      throw new NotFound(
          "program in " + target,
          method
              + " (it holds "
              + String.join(", ", methods.stream().map(Method::getName).toList())
              + ")");
    }
    session.output().print(compiled, output -> print(compiled, output));
    if (!refusals.isEmpty()) {
      throw refusals.getFirst();
    }
    return ExitCode.OK;
  }

  /** The name of a class stands for a class that comes with Sluice. */
  static String named(String text) {
    return JavaPrograms.isMeant(text) ? text : "java:" + text;
  }

  private Compiled compile(Method one, List<VerifierRejected> refusals) {
    StringBuilder graphs = new StringBuilder();
    ObjectSpec object =
        JavaPrograms.compile(
                one,
                JavaPrograms.constants(constants),
                (pass, graph) -> {
                  if ("ir".equals(dump)) {
                    graphs.append("; after ").append(pass).append('\n').append(graph.text());
                  }
                })
            .object();
    var program = object.programs().getFirst();
    @Nullable Integer processed = null;
    @Nullable String refusal = null;
    try {
      processed = processed(object);
    } catch (VerifierRejected e) {
      refusals.add(e);
      refusal = e.getMessage();
    } catch (Unsupported e) {
      // A kernel may well take what the engine lacks.
    }
    return new Compiled(
        one.getDeclaringClass().getSimpleName() + "." + one.getName(),
        program.name(),
        program.type().kernelName(),
        program.code().slots(),
        processed,
        refusal,
        object.maps().stream().map(MapSpec::name).toList(),
        switch (dump) {
          case null -> null;
          case "ir" -> graphs.toString();
          case "btf" -> BtfText.of(object);
          default -> Disassembler.assembly(object);
        });
  }

  /** The engine's verifier needs neither a privilege nor a kernel. */
  private static int processed(ObjectSpec object) {
    EngineDatapath engine = EngineDatapath.open(new Network(1).addHost("compiler"));
    try (engine;
        LoadedObject loaded = engine.programs().load(object)) {
      return loaded.programs().values().iterator().next().info().verifiedInstructions();
    }
  }

  private static void print(List<Compiled> compiled, Output output) {
    Table table = new Table("METHOD", "PROGRAM", "TYPE", ">INSTRUCTIONS", ">PROCESSED", "MAPS");
    boolean dumped = false;
    for (Compiled one : compiled) {
      if (one.text() != null) {
        output.line(one.text().stripTrailing());
        dumped = true;
      }
      table.row(
          one.method(),
          one.name(),
          one.type(),
          Integer.toString(one.instructions()),
          one.processed() != null
              ? one.processed().toString()
              : one.refusal() != null ? "refused" : "-",
          String.join(", ", one.maps()));
    }
    if (!dumped) {
      table.print(output);
    }
  }
}
