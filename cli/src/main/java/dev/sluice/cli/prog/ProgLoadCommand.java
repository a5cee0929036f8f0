package dev.sluice.cli.prog;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Rollback;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.kernel.bpf.BpfFileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code sluice prog load}: has the verifier judge a file's programs, and pins them if asked to.
 */
@Command(
    name = "load",
    description = {
      "Load a file's programs and pin them.",
      "Without --pin they are gone when the command ends: the verifier's verdict is all that",
      "remains."
    },
    mixinStandardHelpOptions = true)
public final class ProgLoadCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "FILE", description = "A .o, .bpfasm or .java file.")
  private Path file = Path.of("");

  @Mixin private final ProgramOptions program = new ProgramOptions();

  @Mixin private final DatapathOption where = new DatapathOption();

  @Option(
      names = "--pin",
      paramLabel = "PATH|DIR",
      description = "Pin the program here, or all programs in this folder under their names.")
  private @Nullable Path pin;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Load them as this type instead of the file's: sched_cls, xdp, …")
  private @Nullable String type;

  /** The command for one session. */
  public ProgLoadCommand(Session session) {
    this.session = session;
  }

  /**
   * A program that was loaded.
   *
   * @param id its number
   * @param name its name
   * @param type its type
   * @param tag its tag
   * @param instructions how many instructions the kernel runs
   * @param processed how many the verifier looked at
   * @param pin where it is pinned; null if it is not
   */
  record Loaded(
      int id,
      String name,
      String type,
      String tag,
      int instructions,
      int processed,
      @Nullable String pin) {}

  @Override
  public Integer call() {
    if (pin != null) {
      where.requireKernelFor("--pin " + pin);
    }
    ObjectSpec read = program.read(file);
    if (read.programs().isEmpty()) {
      throw new InvalidInput(file.toString(), 0, 0, "the file holds no program");
    }
    ObjectSpec object = type == null ? read : withType(read, type);
    where.use(session, datapath -> load(object, datapath));
    return ExitCode.OK;
  }

  private void load(ObjectSpec object, Datapath datapath) {
    List<Loaded> programs = new ArrayList<>();
    try (LoadedObject loaded = datapath.programs().load(object);
        Rollback rollback = new Rollback()) {
      loaded
          .programs()
          .forEach(
              (programName, one) -> {
                Path at = pinFor(programName, loaded.programs().size());
                if (at != null) {
                  session.pins().prepare(at, rollback);
                  one.pin(at);
                  rollback.add(() -> session.pins().remove(at));
                }
                programs.add(loaded(one.info(), programName, at));
              });
      rollback.keep();
    }
    session.output().print(programs, output -> print(programs, output));
  }

  private static ObjectSpec withType(ObjectSpec object, String text) {
    ProgramType wanted =
        ProgramType.find(text)
            .orElseThrow(
                () ->
                    new InvalidInput(
                        "command line",
                        0,
                        0,
                        "expected a program type such as sched_cls or xdp, found " + text));
    return new ObjectSpec(
        object.programs().stream().map(program -> program.withType(wanted)).toList(),
        object.maps());
  }

  private @Nullable Path pinFor(String programName, int programs) {
    if (pin == null) {
      return null;
    }
    boolean folder = programs > 1 || Files.isDirectory(BpfFileSystem.resolve(pin));
    return folder ? pin.resolve(programName) : pin;
  }

  private static Loaded loaded(ProgramInfo info, String name, @Nullable Path pin) {
    return new Loaded(
        info.id(),
        name,
        info.type() == null ? "type " + info.typeNumber() : info.type().kernelName(),
        info.tag(),
        info.translatedBytes() / 8,
        info.verifiedInstructions(),
        pin == null ? null : pin.toString());
  }

  private static void print(List<Loaded> programs, Output output) {
    Table table = new Table(">ID", "NAME", "TYPE", "TAG", ">INSNS", ">PROCESSED", "PIN");
    for (Loaded program : programs) {
      table.row(
          Integer.toString(program.id()),
          program.name(),
          program.type(),
          program.tag(),
          Integer.toString(program.instructions()),
          Integer.toString(program.processed()),
          program.pin() == null ? "" : program.pin());
    }
    table.print(output);
  }
}
