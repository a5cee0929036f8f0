package dev.sluice.cli.map;

import dev.sluice.bpf.MapType;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.prog.OpenedProgram;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.program.BpfMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice map update}: makes or changes an entry. */
@Command(
    name = "update",
    description = {
      "Make or change an entry.",
      "  sluice map update blocked key 10.1.0.0/16 value 1",
      "  sluice map update 7 key hex 01 00 00 00 value hex ff 00 00 00"
    },
    mixinStandardHelpOptions = true)
public final class MapUpdateCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "MAP",
      description = "Its number, the path of its pin, or its name.")
  private String target = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "key WORD… value WORD",
      description = EntryWords.KEY_HELP)
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--mode",
      paramLabel = "any|create|change",
      description = "create: only if it is not there; change: only if it is.")
  private BpfMap.UpdateMode mode = BpfMap.UpdateMode.ANY;

  /** The command for one session. */
  public MapUpdateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    EntryWords entry = EntryWords.keyAndValue(words);
    try (BpfMap map = MapSource.open(MapSource.parse(target), datapath)) {
      MapShape shape = MapShape.of(map.info(), datapath.maps());
      put(map, shape, entry, datapath);
    }
    return ExitCode.OK;
  }

  /** A map that holds maps or programs takes how a person names one, and gets a reference to it. */
  private void put(BpfMap map, MapShape shape, EntryWords entry, Datapath datapath) {
    byte[] key = TypedWords.key(shape, entry.key());
    MapType type = shape.info().type();
    switch (type) {
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> {
        MapSource source = MapSource.parse(only(entry.value(), "map"));
        try (BpfMap inner = MapSource.open(source, datapath)) {
          map.update(key, datapath.maps().reference(inner), mode);
        }
      }
      case PROG_ARRAY -> {
        ProgramSource source = ProgramSource.parse(only(entry.value(), "program"));
        try (OpenedProgram program = ProgramSource.open(source, datapath, null)) {
          map.update(key, datapath.maps().reference(program.program()), mode);
        }
      }
      case null, default -> map.update(key, TypedWords.value(shape, entry.value()), mode);
    }
  }

  private static String only(List<String> words, String what) {
    if (words.size() != 1) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "the values of this map are "
              + what
              + "s: expected one, found "
              + String.join(" ", words));
    }
    return words.getFirst();
  }
}
