package dev.sluice.cli.prog;

import dev.sluice.bpf.Disassembler;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.program.BpfMap;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice prog dump}: a program's instructions as the verifier writes them. */
@Command(
    name = "dump",
    description = "Print a program's instructions: of a file as written, of a loaded one as run.",
    mixinStandardHelpOptions = true)
public final class ProgDumpCommand implements Callable<Integer> {
  private static final int SLOT = 8;

  private final Session session;

  @Parameters(
      paramLabel = "PROGRAM",
      description = "A .o, .bpfasm or .java file, the path of a pinned program, id:N or N.")
  private String target = "";

  @Option(
      names = "--program",
      paramLabel = "NAME",
      description = "Which of the file's programs, if it holds several.")
  private @Nullable String name;

  @Option(names = "--raw", description = "The bytes in hexadecimal, 8 a line.")
  private boolean raw;

  /** The command for one session. */
  public ProgDumpCommand(Session session) {
    this.session = session;
  }

  /**
   * A program's instructions.
   *
   * @param id its number; null for one that is not loaded
   * @param name its name
   * @param instructions one line each
   * @param maps the maps that it uses
   */
  record Dump(@Nullable Integer id, String name, List<String> instructions, List<UsedMap> maps) {}

  /**
   * A map that the program uses.
   *
   * @param id its number; null where it is not made yet
   * @param name its name; null where the caller may not know
   */
  record UsedMap(@Nullable Integer id, @Nullable String name) {}

  @Override
  public Integer call() {
    boolean number = !target.isEmpty() && target.chars().allMatch(c -> c >= '0' && c <= '9');
    ProgramSource source = ProgramSource.parse(number ? "id:" + target : target);
    Dump dump = source instanceof ProgramSource.File file ? ofFile(file.path()) : ofLoaded(source);
    session.output().print(dump, output -> print(dump, output));
    return ExitCode.OK;
  }

  private Dump ofFile(Path path) {
    ProgramSpec spec =
        ProgramSource.choose(ProgramSource.read(path), path, name).programs().getFirst();
    return new Dump(
        null,
        spec.name(),
        // Nothing is loaded, so the maps have no descriptors: their place in the bytes stays 0.
        raw ? hex(spec.encode(_ -> 0)) : Disassembler.dump(spec.instructions()).lines().toList(),
        spec.mapNames().stream().map(map -> new UsedMap(null, map)).toList());
  }

  private Dump ofLoaded(ProgramSource source) {
    Datapath datapath = session.datapath();
    try (OpenedProgram opened = ProgramSource.open(source, datapath, name)) {
      byte[] bytes = opened.program().translatedInstructions();
      List<UsedMap> maps = new ArrayList<>();
      for (int id : opened.program().info().mapIds()) {
        maps.add(new UsedMap(id, mapName(datapath, id)));
      }
      return new Dump(
          opened.program().info().id(),
          opened.name(),
          raw ? hex(bytes) : Disassembler.dump(bytes, ByteOrder.nativeOrder()).lines().toList(),
          maps);
    }
  }

  private static @Nullable String mapName(Datapath datapath, int id) {
    try (BpfMap map = datapath.maps().open(id)) {
      return map.info().name();
    } catch (NotFound | NotPermitted e) {
      return null;
    }
  }

  private static List<String> hex(byte[] bytes) {
    List<String> lines = new ArrayList<>();
    for (int at = 0; at + SLOT <= bytes.length; at += SLOT) {
      lines.add(HexFormat.ofDelimiter(" ").formatHex(bytes, at, at + SLOT));
    }
    return lines;
  }

  private static void print(Dump dump, Output output) {
    dump.instructions().forEach(output::line);
    for (UsedMap map : dump.maps()) {
      if (map.id() != null) {
        output.line("; map[id:" + map.id() + "] is " + (map.name() == null ? "?" : map.name()));
      }
    }
  }
}
