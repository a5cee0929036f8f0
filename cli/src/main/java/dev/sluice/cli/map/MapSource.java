package dev.sluice.cli.map;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.MapInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** How a person names a map. */
sealed interface MapSource {
  /**
   * By its number: {@code 7} or {@code id:7}.
   *
   * @param id the number
   */
  record ById(int id) implements MapSource {}

  /**
   * By the path where it is pinned.
   *
   * @param path the path
   */
  record ByPin(Path path) implements MapSource {}

  /**
   * By its name, which must be the only one.
   *
   * @param name the name
   */
  record ByName(String name) implements MapSource {}

  /** Reads a number, an absolute path or a name. */
  static MapSource parse(String text) {
    if (text.startsWith("/")) {
      return new ByPin(Path.of(text));
    }
    String digits = text.startsWith("id:") ? text.substring(3) : text;
    if (!digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      try {
        return new ById(Integer.parseInt(digits));
      } catch (NumberFormatException e) {
        throw new InvalidInput(
            "command line", 0, 0, "expected a map's number, 1 to 2147483647, found " + text);
      }
    }
    if (text.startsWith("id:")) {
      throw new InvalidInput(
          "command line", 0, 0, "expected a map's number behind id:, found " + text);
    }
    return new ByName(text);
  }

  /** Opens the map that is meant. */
  static BpfMap open(MapSource source, Datapath datapath) {
    return switch (source) {
      case ById(int id) -> datapath.maps().open(id);
      case ByPin(Path path) -> datapath.maps().openPinned(path);
      case ByName(String name) -> datapath.maps().open(named(name, datapath));
    };
  }

  private static int named(String name, Datapath datapath) {
    List<MapInfo> found =
        datapath.maps().list().stream().filter(info -> info.name().equals(name)).toList();
    if (found.size() > 1) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "several maps are called "
              + name
              + ", so give a number: "
              + found.stream()
                  .map(info -> Integer.toString(info.id()))
                  .collect(Collectors.joining(", ")));
    }
    if (found.isEmpty()) {
      throw new NotFound("map", name);
    }
    return found.getFirst().id();
  }
}
