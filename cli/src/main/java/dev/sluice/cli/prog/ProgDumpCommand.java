package dev.sluice.cli.prog;

import dev.sluice.bpf.Disassembler;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.SourceLine;
import dev.sluice.bpf.Subprogram;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.ProgramSymbols;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private final ProgramOptions program = new ProgramOptions();

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
   * @param functions its functions behind the first; null where the bytes are asked for
   * @param lines the lines of the source that the instructions come from; null as there
   * @param maps the maps that it uses
   */
  record Dump(
      @Nullable Integer id,
      String name,
      List<String> instructions,
      @Nullable List<Subprogram> functions,
      @Nullable List<SourceLine> lines,
      List<UsedMap> maps) {}

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
    ProgramSource source = program.source(number ? "id:" + target : target);
    Dump dump = source instanceof ProgramSource.File file ? ofFile(file.path()) : ofLoaded(source);
    session.output().print(dump, output -> print(dump, output));
    return ExitCode.OK;
  }

  private Dump ofFile(Path path) {
    ProgramSpec spec =
        ProgramSource.choose(program.read(path), path, program.name).programs().getFirst();
    // Nothing is loaded, so the maps have no descriptors: their place in the bytes stays 0.
    byte[] bytes = spec.encode(_ -> 0);
    return dump(
        null,
        spec.name(),
        bytes,
        Disassembler.dump(spec.instructions()),
        new ProgramSymbols(spec.functions(), spec.code().lines()),
        spec.mapNames().stream().map(map -> new UsedMap(null, map)).toList());
  }

  private Dump dump(
      @Nullable Integer id,
      String programName,
      byte[] bytes,
      String text,
      ProgramSymbols symbols,
      List<UsedMap> maps) {
    return raw
        ? new Dump(id, programName, hex(bytes), null, null, maps)
        : new Dump(
            id,
            programName,
            CallNames.of(symbols.functions()).addTo(text.lines().toList(), bytes),
            symbols.functions(),
            symbols.lines(),
            maps);
  }

  private Dump ofLoaded(ProgramSource source) {
    Datapath datapath = session.datapath();
    try (OpenedProgram opened = ProgramSource.open(source, datapath, program.name)) {
      byte[] bytes = opened.program().translatedInstructions();
      List<UsedMap> maps = new ArrayList<>();
      for (int id : opened.program().info().mapIds()) {
        maps.add(new UsedMap(id, mapName(datapath, id)));
      }
      return dump(
          opened.program().info().id(),
          opened.name(),
          bytes,
          Disassembler.dump(bytes, ByteOrder.nativeOrder()),
          opened.program().symbols(),
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
    if (dump.functions() == null || dump.lines() == null) {
      dump.instructions().forEach(output::line);
    } else {
      SourceListing.print(dump.instructions(), dump.name(), dump.functions(), dump.lines(), output);
    }
    for (UsedMap map : dump.maps()) {
      if (map.id() != null) {
        output.line("; map[id:" + map.id() + "] is " + (map.name() == null ? "?" : map.name()));
      }
    }
  }
}
