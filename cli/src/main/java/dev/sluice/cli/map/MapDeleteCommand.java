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

/** {@code sluice map delete}: removes an entry. */
@Command(
    name = "delete",
    description = {"Remove an entry.", "  sluice map delete blocked key 10.1.0.0/16"},
    mixinStandardHelpOptions = true)
public final class MapDeleteCommand implements Callable<Integer> {
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
  public MapDeleteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    EntryWords entry = EntryWords.key(words);
    try (BpfMap map = MapSource.open(MapSource.parse(target), datapath)) {
      MapShape shape = MapShape.of(map.info(), datapath.maps());
      if (!map.delete(TypedWords.key(shape, entry.key()))) {
        throw new NotFound("entry in map " + shape.info().name(), String.join(" ", entry.key()));
      }
    }
    return ExitCode.OK;
  }
}
