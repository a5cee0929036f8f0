package dev.sluice.cli.map;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice map lookup}: the value of one key. */
@Command(
    name = "lookup",
    description = {"Print the value of one key.", "  sluice map lookup blocked key 10.1.0.0/16"},
    mixinStandardHelpOptions = true)
public final class MapLookupCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "MAP",
      description = "Its number, the path of its pin, or its name.")
  private String target = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "key WORD",
      description = EntryWords.KEY_HELP)
  private List<String> words = new ArrayList<>();

  /** The command for one session. */
  public MapLookupCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    EntryWords entry = EntryWords.key(words);
    try (BpfMap map = MapSource.open(MapSource.parse(target), datapath)) {
      MapShape shape = MapShape.of(map.info(), datapath.maps());
      byte[] found = map.lookup(TypedWords.key(shape, entry.key()));
      if (found == null) {
        throw new NotFound("entry in map " + shape.info().name(), String.join(" ", entry.key()));
      }
      Object value = TypedValue.value(shape, found);
      session.output().print(value, output -> output.line(MapDumpCommand.text(shape, value)));
    }
    return ExitCode.OK;
  }
}
