package dev.sluice.cli.map;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Maps;
import java.util.List;
import java.util.Map;

/**
 * An entry to put into a map before a program runs: {@code blocked:10.1.0.0/16=1}.
 *
 * @param map the map's name
 * @param key the words of the key
 * @param value the words of the value
 */
public record MapSetting(String map, List<String> key, List<String> value) {
  /** Copies the words. */
  public MapSetting {
    key = List.copyOf(key);
    value = List.copyOf(value);
  }

  /** Reads {@code MAP:KEY=VALUE}, where keys and values of several words have spaces in them. */
  public static MapSetting parse(String text) {
    int colon = text.indexOf(':');
    int equals = text.lastIndexOf('=');
    if (colon < 1 || equals < colon) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "expected MAP:KEY=VALUE such as blocked:10.1.0.0/16=1, found " + text);
    }
    return new MapSetting(
        text.substring(0, colon),
        words(text.substring(colon + 1, equals)),
        words(text.substring(equals + 1)));
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  /** Puts the entry into the map of its name. */
  public void putInto(Map<String, BpfMap> maps, Maps types) {
    BpfMap target = maps.get(map);
    if (target == null) {
      throw new NotFound(
          "map of the program",
          map + " (it has " + (maps.isEmpty() ? "none" : String.join(", ", maps.keySet())) + ")");
    }
    MapShape shape = MapShape.of(target.info(), types);
    target.update(TypedWords.key(shape, key), TypedWords.value(shape, value));
  }
}
