package dev.sluice.cli.map;

import dev.sluice.bpf.MapType;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.MapInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice map dump}: every entry of a map. */
@Command(
    name = "dump",
    description = "Print every entry of a map, typed where the kernel knows the types.",
    mixinStandardHelpOptions = true)
public final class MapDumpCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "MAP", description = "Its number, the path of its pin, or its name.")
  private String target = "";

  /** The command for one session. */
  public MapDumpCommand(Session session) {
    this.session = session;
  }

  /**
   * A map's entries.
   *
   * @param id the map's number
   * @param name its name
   * @param type its type
   * @param entries the entries in the map's own order
   */
  record Dump(int id, String name, String type, List<DumpedEntry> entries) {}

  /**
   * An entry.
   *
   * @param key its key
   * @param value its value; a list where each processor has one
   */
  record DumpedEntry(Object key, Object value) {}

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    try (BpfMap map = MapSource.open(MapSource.parse(target), datapath)) {
      MapInfo info = map.info();
      String type = info.type() == null ? "type " + info.typeNumber() : info.type().kernelName();
      if (info.keySize() == 0 || info.type() == MapType.PERF_EVENT_ARRAY) {
        throw new Unsupported(
            "a dump of map " + info.name(), "a " + type + " map has no entries to list");
      }
      MapShape shape = MapShape.of(info, datapath.maps());
      List<DumpedEntry> entries = new ArrayList<>();
      map.forEach(
          (key, value) ->
              entries.add(
                  new DumpedEntry(TypedValue.key(shape, key), TypedValue.value(shape, value))));
      session
          .output()
          .print(
              new Dump(info.id(), info.name(), type, entries),
              output -> print(shape, entries, output));
    }
    return ExitCode.OK;
  }

  private static void print(MapShape shape, List<DumpedEntry> entries, Output output) {
    if (entries.isEmpty()) {
      output.line("map " + shape.info().name() + " is empty");
      return;
    }
    Table table = new Table("KEY", "VALUE");
    for (DumpedEntry entry : entries) {
      table.row(TypedValue.text(entry.key()), text(shape, entry.value()));
    }
    table.print(output);
  }

  /** A value on one line. */
  static String text(MapShape shape, Object value) {
    return shape.isPerCpu() && value instanceof List<?> values
        ? TypedValue.perCpuText(values)
        : TypedValue.text(value);
  }
}
