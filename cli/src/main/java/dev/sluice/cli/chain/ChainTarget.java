package dev.sluice.cli.chain;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How a person names one entry of a chain. */
public sealed interface ChainTarget {
  /**
   * By the program's number: {@code id:12}.
   *
   * @param id the number
   */
  record ByProgram(int id) implements ChainTarget {
    @Override
    public String toString() {
      return "id:" + id;
    }
  }

  /**
   * By the link's number: {@code link:7}.
   *
   * @param id the number
   */
  record ByLink(int id) implements ChainTarget {
    @Override
    public String toString() {
      return "link:" + id;
    }
  }

  /**
   * By the path where its link or its program is pinned.
   *
   * @param path the path
   */
  record ByPin(Path path) implements ChainTarget {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * By the program's name, which must be the only one of its name in the chain.
   *
   * @param name the name
   */
  record ByName(String name) implements ChainTarget {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Reads a name, {@code id:N}, {@code link:N} or an absolute path. */
  static ChainTarget parse(String text) {
    if (text.startsWith("/")) {
      return new ByPin(Path.of(text));
    }
    if (text.startsWith("id:")) {
      return new ByProgram(number(text, 3));
    }
    if (text.startsWith("link:")) {
      return new ByLink(number(text, 5));
    }
    if (text.isEmpty()) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "expected a program's name, id:N, link:N or the path of a pin, found nothing");
    }
    return new ByName(text);
  }

  private static int number(String text, int from) {
    try {
      int number = Integer.parseInt(text.substring(from));
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new InvalidInput(
        "command line",
        0,
        0,
        "expected a number from 1 behind " + text.substring(0, from) + ", found " + text);
  }

  /**
   * The entry that is meant.
   *
   * @throws NotFound if there is none
   * @throws InvalidInput if there are several
   */
  static ChainEntry find(ChainTarget target, Datapath datapath, ChainState chain) {
    List<ChainEntry> found =
        switch (target) {
          case ByProgram(int id) ->
              chain.entries().stream().filter(entry -> entry.programId() == id).toList();
          case ByLink(int id) ->
              chain.entries().stream().filter(entry -> entry.linkId() == id).toList();
          case ByName(String name) -> named(name, datapath, chain);
          case ByPin(Path path) -> pinned(path, datapath, chain);
        };
    return switch (found.size()) {
      case 1 -> found.getFirst();
      case 0 ->
          throw new NotFound(
              "entry in " + chain.at(), target + " (it holds " + contents(datapath, chain) + ")");
      default ->
          throw new InvalidInput(
              "command line",
              0,
              0,
              target
                  + " names several entries of "
                  + chain.at()
                  + ", so name one by its number: "
                  + found.stream()
                      .map(entry -> "id:" + entry.programId())
                      .collect(Collectors.joining(", ")));
    };
  }

  /** The same entry for an anchor. Its link is named where it has one, since that cannot change. */
  static Anchor.Target anchor(ChainTarget target, Datapath datapath, ChainState chain) {
    return find(target, datapath, chain).target();
  }

  private static List<ChainEntry> named(String name, Datapath datapath, ChainState chain) {
    List<ChainEntry> found = new ArrayList<>();
    for (ChainEntry entry : chain.entries()) {
      ProgramInfo info = ChainListing.programInfo(datapath, entry.programId());
      if (info != null && info.name().equals(name)) {
        found.add(entry);
      }
    }
    return found;
  }

  private static List<ChainEntry> pinned(Path path, Datapath datapath, ChainState chain) {
    int id;
    try (Link link = datapath.links().openPinned(path)) {
      int linkId = link.info().id();
      return chain.entries().stream().filter(entry -> entry.linkId() == linkId).toList();
    } catch (NotFound notALink) {
      try (Program program = datapath.programs().openPinned(path)) {
        id = program.info().id();
      } catch (NotFound e) {
        throw new NotFound("pinned link or program", path.toString());
      }
    }
    int programId = id;
    return chain.entries().stream().filter(entry -> entry.programId() == programId).toList();
  }

  private static String contents(Datapath datapath, ChainState chain) {
    if (chain.entries().isEmpty()) {
      return "nothing";
    }
    List<String> names = new ArrayList<>();
    for (ChainEntry entry : chain.entries()) {
      ProgramInfo info = ChainListing.programInfo(datapath, entry.programId());
      String name = info == null || info.name().isEmpty() ? "" : info.name() + " ";
      names.add(name + "id:" + entry.programId());
    }
    return String.join(", ", names);
  }
}
