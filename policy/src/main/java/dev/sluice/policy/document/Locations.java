package dev.sluice.policy.document;

import dev.sluice.datapath.InvalidInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** A document, and where each of its values stands. Paths are JSON pointers. */
final class Locations {
  /** As much as the parser of YAML takes, which needs long to find out itself. */
  private static final int LONGEST = 3 << 20;

  private final String source;
  private final Value root;
  private final Map<String, TokenStreamLocation> places;
  private final Map<String, TokenStreamLocation> keys;

  private Locations(
      String source,
      Value root,
      Map<String, TokenStreamLocation> places,
      Map<String, TokenStreamLocation> keys) {
    this.source = source;
    this.root = root;
    this.places = places;
    this.keys = keys;
  }

  /** The one document of a text. */
  static Locations of(String source, String text) {
    List<Locations> documents = all(source, text);
    if (documents.size() > 1) {
      throw documents.get(1).invalid("", "expected one document, found a second");
    }
    return documents.isEmpty()
        ? new Locations(source, new Value.Nothing(), Map.of(), Map.of())
        : documents.getFirst();
  }

  /** The documents of a text, without those in which nothing stands. */
  static List<Locations> all(String source, String marked) {
    // A byte order mark is no part of the text.
    String text = marked.startsWith("\ufeff") ? marked.substring(1) : marked;
    if (text.length() > LONGEST) {
      throw new InvalidInput(
          source, 1, 1, "expected at most " + LONGEST + " characters, found " + text.length());
    }
    String start = text.stripLeading();
    if (!start.startsWith("{") && !start.startsWith("[")) {
      return Reading.all(new YAMLMapper(), source, text);
    }
    // JSON is YAML, but for several documents one behind the other and for tabs; and what looks
    // like JSON may be YAML. Of two errors, the later is of the reader that understood more.
    try {
      return Reading.all(new JsonMapper(), source, text);
    } catch (InvalidInput json) {
      try {
        return Reading.all(new YAMLMapper(), source, text);
      } catch (InvalidInput yaml) {
        boolean later =
            json.line() > yaml.line()
                || json.line() == yaml.line() && json.column() > yaml.column();
        throw later ? json : yaml;
      }
    }
  }

  Value root() {
    return root;
  }

  String source() {
    return source;
  }

  /** A path to a key of a mapping, or to an item of a list. */
  static String path(String parent, String key) {
    return parent + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  /**
   * What is wrong with the value at a path: {@code flows[2].rate: expected a rate …}. A value that
   * is not there has the place of what it is missing in.
   */
  InvalidInput invalid(String path, String problem) {
    return invalid("", path, problem);
  }

  /** As {@link #invalid(String, String)}, with a beginning of the path that is not said. */
  InvalidInput invalid(String base, String path, String problem) {
    String near = base + path;
    while (!places.containsKey(near) && near.lastIndexOf('/') >= 0) {
      near = near.substring(0, near.lastIndexOf('/'));
    }
    return invalid(source, places.get(near), path, problem);
  }

  /** What is wrong with a value that stands in no file. */
  static InvalidInput nowhere(String source, String path, String problem) {
    return invalid(source, null, path, problem);
  }

  /** What is wrong with a key itself. */
  InvalidInput invalidKey(String base, String path, String problem) {
    return invalid(source, keys.get(base + path), path, problem);
  }

  private static InvalidInput invalid(
      String source, @Nullable TokenStreamLocation at, String path, String problem) {
    return new InvalidInput(
        source,
        at == null ? 0 : at.getLineNr(),
        at == null ? 0 : at.getColumnNr(),
        path.isEmpty() ? problem : spoken(path) + ": " + problem);
  }

  private static String spoken(String path) {
    StringBuilder spoken = new StringBuilder();
    for (String step : path.substring(1).split("/", -1)) {
      if (!step.isEmpty() && step.chars().allMatch(c -> c >= '0' && c <= '9')) {
        spoken.append('[').append(step).append(']');
      } else {
        spoken
            .append(spoken.isEmpty() ? "" : ".")
            .append(step.replace("~1", "/").replace("~0", "~").replaceAll("\\p{Cntrl}", "\ufffd"));
      }
    }
    return spoken.toString();
  }

  /** Makes documents of the parser's tokens. */
  private static final class Reading {
    /** Other words for nothing, in YAML, than the parser knows. */
    private static final Set<String> NOTHING = Set.of("~", "Null", "NULL");

    private final String source;
    private final String text;
    private final JsonParser parser;
    private Map<String, TokenStreamLocation> places = new HashMap<>();
    private Map<String, TokenStreamLocation> keys = new HashMap<>();
    private @Nullable TokenStreamLocation last;

    private Reading(String source, String text, JsonParser parser) {
      this.source = source;
      this.text = text;
      this.parser = parser;
    }

    static List<Locations> all(ObjectMapper mapper, String source, String text) {
      try (JsonParser parser = mapper.createParser(text)) {
        return new Reading(source, text, parser).documents();
      }
    }

    private List<Locations> documents() {
      List<Locations> documents = new ArrayList<>();
      try {
        for (JsonToken token = next(); token != null; token = next()) {
          Value root = value(token, "");
          if (!(root instanceof Value.Nothing)) {
            documents.add(new Locations(source, root, places, keys));
          }
          places = new HashMap<>();
          keys = new HashMap<>();
        }
        return documents;
      } catch (JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        if (at == null || at.getLineNr() < 1) {
          at = last;
        }
        throw new InvalidInput(
            source,
            at == null ? 1 : at.getLineNr(),
            at == null ? 1 : at.getColumnNr(),
            "expected YAML or JSON: " + reason(e));
      }
    }

    private @Nullable JsonToken next() {
      JsonToken token = parser.nextToken();
      last = parser.currentTokenLocation();
      return token;
    }

    private Value value(JsonToken token, String path) {
      TokenStreamLocation here = parser.currentTokenLocation();
      return switch (token) {
        case START_OBJECT -> {
          places.putIfAbsent(path, here);
          yield mapping(path);
        }
        case START_ARRAY -> {
          places.putIfAbsent(path, here);
          yield list(path);
        }
        case VALUE_NULL -> {
          places.putIfAbsent(path, here);
          yield new Value.Nothing();
        }
        default -> {
          places.put(path, here);
          if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw invalid(
                source,
                here,
                path,
                "expected the value itself, found a YAML alias (*" + text() + ")");
          }
          String scalar = text();
          yield parser instanceof YAMLParser && NOTHING.contains(scalar) && isPlain(scalar, here)
              ? new Value.Nothing()
              : new Value.Scalar(scalar);
        }
      };
    }

    /** Whether a scalar is written without quotes, which the parser does not tell. */
    private boolean isPlain(String scalar, TokenStreamLocation at) {
      String line = text.lines().skip(at.getLineNr() - 1L).findFirst().orElse("");
      int before = at.getColumnNr() - 1;
      return before <= line.codePointCount(0, line.length())
          && line.startsWith(scalar, line.offsetByCodePoints(0, before));
    }

    private String text() {
      String text = parser.getString();
      return text == null ? "" : text;
    }

    private Value mapping(String path) {
      Map<String, Value> values = new LinkedHashMap<>();
      for (JsonToken token = next(); token == JsonToken.PROPERTY_NAME; token = next()) {
        String key = parser.currentName();
        TokenStreamLocation here = parser.currentTokenLocation();
        String below = path(path, key);
        TokenStreamLocation first = keys.putIfAbsent(below, here);
        if (first != null) {
          throw invalid(
              source, here, below, "the key stands in line " + first.getLineNr() + " already");
        }
        places.put(below, here); // until the value has a better one
        JsonToken value = next();
        if (value != null) {
          values.put(key, value(value, below));
        }
      }
      return new Value.Keys(values);
    }

    private Value list(String path) {
      List<Value> values = new ArrayList<>();
      for (JsonToken token = next();
          token != null && token != JsonToken.END_ARRAY;
          token = next()) {
        values.add(value(token, path + "/" + values.size()));
      }
      return new Value.Items(values);
    }

    /** What the parser says, without the places that it repeats line by line. */
    private static String reason(JacksonException e) {
      return e.getOriginalMessage()
          .replaceFirst(" \\((for|start marker at) .*", "")
          .lines()
          .filter(line -> !line.startsWith(" "))
          .limit(2)
          .collect(Collectors.joining(": "));
    }
  }
}
