package dev.sluice.cli.map;

import dev.sluice.bpf.MapFlag;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.cli.prog.OpenedProgram;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice map list}. */
@Command(
    name = "list",
    description = "List the maps that there are.",
    mixinStandardHelpOptions = true)
public final class MapListCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--program",
      paramLabel = "X",
      description = "Only those of a program: id:N, the path of its pin, or its name.")
  private @Nullable String program;

  /** The command for one session. */
  public MapListCommand(Session session) {
    this.session = session;
  }

  /**
   * A map.
   *
   * @param id its number
   * @param type its type
   * @param name its name
   * @param keySize bytes of a key
   * @param valueSize bytes of a value
   * @param maxEntries how many entries fit
   * @param flags its flags
   * @param typed whether the kernel keeps the types of its keys and values
   * @param pins where it is pinned; null if that was not asked for
   */
  record Listed(
      int id,
      String type,
      String name,
      int keySize,
      int valueSize,
      int maxEntries,
      List<String> flags,
      boolean typed,
      @Nullable List<String> pins) {}

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    List<Integer> wanted = program == null ? null : mapsOf(program, datapath);
    Output output = session.output();
    boolean withPins = output.isWide() || !output.format().isText();
    Map<Integer, Holders> holders = withPins ? datapath.maps().holders() : null;
    List<Listed> maps = new ArrayList<>();
    for (MapInfo info : datapath.maps().list()) {
      if (wanted == null || wanted.contains(info.id())) {
        maps.add(listed(info, holders == null ? null : pins(info.id(), holders)));
      }
    }
    output.print(maps, out -> print(maps, out));
    return ExitCode.OK;
  }

  private static List<Integer> mapsOf(String text, Datapath datapath) {
    if (text.startsWith("id:") || text.startsWith("/")) {
      ProgramSource source = ProgramSource.parse(text);
      if (source instanceof ProgramSource.File) {
        throw new InvalidInput(
            "command line",
            0,
            0,
            "expected id:N, a pin or a program's name, found the file " + text);
      }
      try (OpenedProgram opened = ProgramSource.open(source, datapath, null)) {
        return opened.program().info().mapIds();
      }
    }
    List<ProgramInfo> named =
        datapath.programs().list().stream().filter(info -> info.name().equals(text)).toList();
    if (named.isEmpty()) {
      throw new NotFound("program", text);
    }
    return named.stream().flatMap(info -> info.mapIds().stream()).distinct().toList();
  }

  private static List<String> pins(int id, Map<Integer, Holders> holders) {
    return holders.getOrDefault(id, Holders.NOBODY).pins().stream().map(Path::toString).toList();
  }

  private static Listed listed(MapInfo info, @Nullable List<String> pins) {
    return new Listed(
        info.id(),
        info.type() == null ? "type " + info.typeNumber() : info.type().kernelName(),
        info.name(),
        info.keySize(),
        info.valueSize(),
        info.maxEntries(),
        MapFlag.ofMask(info.flags()).stream().map(MapFlag::text).toList(),
        info.btfKeyTypeId() != 0 || info.btfValueTypeId() != 0,
        pins);
  }

  private static void print(List<Listed> maps, Output output) {
    if (maps.isEmpty()) {
      output.line("no maps");
      return;
    }
    Table table =
        output.isWide()
            ? new Table(">ID", "TYPE", "NAME", ">KEY", ">VALUE", ">MAX", "TYPED", "FLAGS", "PINS")
            : new Table(">ID", "TYPE", "NAME", ">KEY", ">VALUE", ">MAX", "TYPED");
    for (Listed map : maps) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  Integer.toString(map.id()),
                  map.type(),
                  map.name(),
                  map.keySize() + "B",
                  map.valueSize() + "B",
                  Integer.toUnsignedString(map.maxEntries()),
                  map.typed() ? "yes" : "no"));
      if (output.isWide()) {
        cells.add(String.join(",", map.flags()));
        cells.add(map.pins() == null ? "" : String.join(",", map.pins()));
      }
      table.row(cells.toArray(String[]::new));
    }
    table.print(output);
  }
}
