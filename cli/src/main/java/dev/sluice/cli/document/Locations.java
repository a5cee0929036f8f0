package dev.sluice.cli.document;

import dev.sluice.datapath.InvalidInput;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Where each value of a document stands. JSON is read as the YAML that it is. */
final class Locations {
  private static final YAMLMapper MAPPER = new YAMLMapper();

  private final String source;
  private final JsonNode root;
  private final Map<String, TokenStreamLocation> places;

  private Locations(String source, JsonNode root, Map<String, TokenStreamLocation> places) {
    this.source = source;
    this.root = root;
    this.places = places;
  }

  static Locations of(String source, String text) {
    try {
      Map<String, TokenStreamLocation> places = new HashMap<>();
      try (JsonParser parser = MAPPER.createParser(text)) {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          if (token != JsonToken.END_OBJECT && token != JsonToken.END_ARRAY) {
            String path = parser.streamReadContext().pathAsPointer().toString();
            boolean container = token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY;
            // A container's context is its own already, and a name's place is its value's.
            if (token == JsonToken.PROPERTY_NAME) {
              if (places.putIfAbsent(path, parser.currentTokenLocation()) != null) {
                throw invalid(
                    source, parser.currentTokenLocation(), spoken(path), twice(places.get(path)));
              }
            } else if (container) {
              if (path.isEmpty() && places.containsKey(path)) {
                throw invalid(
                    source,
                    parser.currentTokenLocation(),
                    "",
                    "expected one document, found a second");
              }
              places.putIfAbsent(path, parser.currentTokenLocation());
            } else {
              places.put(path, parser.currentTokenLocation());
            }
          }
        }
      }
      return new Locations(source, MAPPER.readTree(text), places);
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw new InvalidInput(
          source,
          at == null ? 0 : at.getLineNr(),
          at == null ? 0 : at.getColumnNr(),
          "expected YAML or JSON: " + reason(e));
    }
  }

  JsonNode root() {
    return root;
  }

  /** What the parser says, without the places that it repeats line by line. */
  private static String reason(JacksonException e) {
    return e.getOriginalMessage()
        .lines()
        .takeWhile(line -> !line.startsWith(" in "))
        .limit(2)
        .collect(Collectors.joining(": "));
  }

  private static String twice(TokenStreamLocation first) {
    return "the key stands in line " + first.getLineNr() + " already";
  }

  /**
   * What is wrong with the value at a path: {@code flows[2].rate: expected a rate …}. A value that
   * is not there has the place of what it is missing in.
   */
  InvalidInput invalid(String path, String problem) {
    String near = path;
    while (!places.containsKey(near) && !near.isEmpty()) {
      near = near.substring(0, near.lastIndexOf('/'));
    }
    return invalid(source, places.get(near), spoken(path), problem);
  }

  private static InvalidInput invalid(
      String source, @Nullable TokenStreamLocation at, String path, String problem) {
    return new InvalidInput(
        source,
        at == null ? 0 : at.getLineNr(),
        at == null ? 0 : at.getColumnNr(),
        path.isEmpty() ? problem : path + ": " + problem);
  }

  private static String spoken(String path) {
    return path.replaceAll("/(\\d+)(?=/|$)", "[$1]").replace('/', '.').replaceFirst("^\\.", "");
  }
}
