package dev.sluice.policy.document;

import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.TrafficPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Schema (draft 2020-12) of policies, for editors. {@link PolicyReader} takes all that it
 * allows, and more: other cases of letters, numbers for words.
 */
public final class PolicySchema {
  private static final String DESCRIPTION = "description";

  private PolicySchema() {}

  /** The schema as JSON. */
  public static String json() {
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(tree())
        + "\n";
  }

  private static Map<String, Object> tree() {
    Vocabulary vocabulary = Vocabulary.ofPolicies();
    Map<String, Object> definitions = new LinkedHashMap<>();
    vocabulary.records().forEach(type -> definitions.put(type.getSimpleName(), record(type)));
    vocabulary.enums().forEach(type -> definitions.put(type.getSimpleName(), words(type)));
    vocabulary.forms().forEach(form -> definitions.put(form.type().getSimpleName(), form(form)));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", TrafficPolicy.KIND + " " + TrafficPolicy.API_VERSION);
    schema.put("$ref", reference(TrafficPolicy.class).get("$ref"));
    schema.put("$defs", definitions);
    return schema;
  }

  private static Map<String, Object> reference(Class<?> type) {
    return Map.of("$ref", "#/$defs/" + type.getSimpleName());
  }

  private static Map<String, Object> record(Class<?> type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<Key> keys = Key.of(type);
    keys.forEach(key -> properties.put(key.name(), property(key)));
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("type", "object");
    object.put("properties", properties);
    List<String> required = keys.stream().filter(Key::required).map(Key::name).toList();
    if (!required.isEmpty()) {
      object.put("required", required);
    }
    object.put("additionalProperties", false);
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put(DESCRIPTION, Vocabulary.meaning(type));
    if (type == Match.Mark.class) {
      schema.put("anyOf", List.of(one(keys.getFirst()), object));
    } else {
      schema.putAll(object);
    }
    return schema;
  }

  private static Map<String, Object> words(Class<?> type) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put(DESCRIPTION, Vocabulary.meaning(type));
    schema.put("enum", List.copyOf(EnumWords.all(type).keySet()));
    return schema;
  }

  private static Map<String, Object> form(TextForm<?> form) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put(DESCRIPTION, form.description());
    long most = form.mostAlone();
    schema.put("type", most < 0 ? "string" : List.of("string", "integer"));
    schema.put("pattern", whole(form.pattern()));
    if (most >= 0) {
      schema.put("minimum", 0);
      if (most < Long.MAX_VALUE) {
        schema.put("maximum", most);
      }
    }
    return schema;
  }

  private static String whole(String pattern) {
    return "^(" + pattern + ")$";
  }

  private static Map<String, Object> property(Key key) {
    String otherwise = key.doc().otherwise();
    Object standard = otherwise.isEmpty() ? null : standard(key, otherwise);
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put(
        DESCRIPTION,
        key.doc().value()
            + (otherwise.isEmpty() || standard != null ? "" : " Unless said: " + otherwise + "."));
    if (standard != null) {
      schema.put("default", standard);
    }
    switch (key.shape()) {
      case ONE -> schema.putAll(one(key));
      case LIST -> {
        // A list of one may be written as its item.
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("type", "array");
        list.put("items", one(key));
        schema.put("anyOf", List.of(list, one(key)));
      }
      case TABLE -> {
        schema.put("type", "object");
        schema.put("additionalProperties", one(key));
      }
    }
    return schema;
  }

  /** What stands for a value that is left out, if it is one value. */
  private static @Nullable Object standard(Key key, String otherwise) {
    Object value = Binder.read(key, otherwise);
    if (value == null) {
      return null;
    }
    return value instanceof Number ? value : otherwise;
  }

  private static Map<String, Object> one(Key key) {
    Class<?> type = key.type();
    if (type.isRecord() || type.isEnum() || TextForm.of(type) != null) {
      return reference(type);
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    if (key.isNumber()) {
      boolean bits = type == long.class || type == Long.class;
      schema.put("type", bits ? List.of("integer", "string") : "integer");
      if (bits) {
        schema.put("pattern", whole("0[xX][0-9a-fA-F]{1,16}")); // as some readers of YAML take it
      }
      if (key.least() > Integer.MIN_VALUE) {
        schema.put("minimum", key.least());
        schema.put("maximum", key.most());
      }
    } else if (type == boolean.class || type == Boolean.class) {
      schema.put("type", "boolean");
    } else if (key.isTextOrNumber()) {
      schema.put("type", List.of("string", "integer"));
    } else {
      schema.put("type", "string");
      String literal = key.literal();
      if (literal != null) {
        schema.put("const", literal);
      } else if (!key.doc().pattern().isEmpty()) {
        schema.put("pattern", whole(key.doc().pattern()));
      }
    }
    return schema;
  }
}
