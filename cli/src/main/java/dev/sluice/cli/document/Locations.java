package dev.sluice.cli.document;

import dev.sluice.datapath.InvalidInput;
import java.util.HashMap;
import java.util.Map;
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
            if (token == JsonToken.PROPERTY_NAME || container) {
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
          "expected YAML or JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  JsonNode root() {
    return root;
  }

  /** What is wrong with the value at a path: {@code flows[2].rate: expected a rate …}. */
  InvalidInput invalid(String path, String problem) {
    TokenStreamLocation at = places.get(path);
    String spoken =
        path.replaceAll("/(\\d+)(?=/|$)", "[$1]").replace('/', '.').replaceFirst("^\\.", "");
    return new InvalidInput(
        source,
        at == null ? 0 : at.getLineNr(),
        at == null ? 0 : at.getColumnNr(),
        spoken.isEmpty() ? problem : spoken + ": " + problem);
  }
}
