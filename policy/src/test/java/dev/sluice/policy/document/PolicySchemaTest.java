package dev.sluice.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

class PolicySchemaTest {
  private final JsonNode schema = new JsonMapper().readTree(PolicySchema.json());

  @Test
  void isPublished() throws IOException {
    Project.assertUpToDate(
        Project.docs().resolve("traffic-policy.schema.json"), PolicySchema.json());
  }

  @Test
  void allReferencesLeadSomewhere() {
    List<JsonNode> references = schema.findValues("$ref");

    assertThat(references).hasSizeGreaterThan(50);
    assertThat(references)
        .allMatch(reference -> schema.at(reference.asString().substring(1)).isObject());
  }

  @Test
  void everyMappingIsClosedAndEveryKeyIsExplained() {
    for (JsonNode definition : schema.get("$defs")) {
      assertThat(definition.path("description").asString()).as("%s", definition).isNotBlank();
      if (definition.has("properties")) {
        assertThat(definition.get("additionalProperties").asBoolean()).isFalse();
        for (JsonNode property : definition.get("properties")) {
          assertThat(property.path("description").asString()).as("%s", property).isNotBlank();
        }
      }
    }
  }

  @Test
  void saysBoundsPatternsWordsAndDefaults() {
    JsonNode shareClass = schema.at("/$defs/ShareClass");

    assertThat(shareClass.get("required").toString()).isEqualTo("[\"name\",\"rate\"]");
    assertThat(shareClass.at("/properties/priority").toString())
        .isEqualTo(
            "{\"description\":\"Who borrows first: 0 before 7.\",\"default\":0,"
                + "\"type\":\"integer\",\"minimum\":0,\"maximum\":7}");
    assertThat(shareClass.at("/properties/queue/default").asString()).isEqualTo("50ms");
    assertThat(shareClass.at("/properties/name/pattern").asString()).startsWith("^([A-Z");
    assertThat(schema.at("/$defs/Operator/enum").toString())
        .isEqualTo("[\"In\",\"NotIn\",\"Exists\",\"DoesNotExist\"]");
    assertThat(schema.at("/$defs/Block/properties/way/description").asString())
        .isEqualTo("Which packets. Unless said: both ways.");
  }

  @Test
  void allowsTheExample() throws IOException {
    assertThat(problems(new YAMLMapper().readTree(Project.example()))).isEmpty();
  }

  @Test
  void allowsWhatIsWritten() {
    RandomPolicy random = new RandomPolicy(7);

    for (int i = 0; i < 100; i++) {
      String text = PolicyWriter.json(random.next());
      assertThat(problems(new JsonMapper().readTree(text))).as(text).isEmpty();
    }
  }

  @Test
  void refusesWhatTheReaderRefuses() throws IOException {
    String example = Project.example();

    assertThat(problems(new YAMLMapper().readTree(example.replace("queue: 20ms", "queue: 20"))))
        .containsExactly("/spec/shaping/0/download/queue");
    assertThat(problems(new YAMLMapper().readTree(example.replace("burst: 32kb", "burst: 3kbit"))))
        .containsExactly("/spec/shaping/0/upload/burst");
    assertThat(problems(new YAMLMapper().readTree(example.replace("ceil:", "ceiling:"))))
        .containsExactly("/spec/sharing/0/classes/1/ceiling");
    assertThat(problems(new YAMLMapper().readTree(example.replace("each: receiver", "each: one"))))
        .containsExactly("/spec/limits/0/each");
    assertThat(problems(new YAMLMapper().readTree(example.replace("every: 100", "every: 0"))))
        .containsExactly("/spec/sampling/0/every");
    assertThat(problems(new YAMLMapper().readTree(example.replace("kind: Traffic", "kind: "))))
        .containsExactly("/kind");
  }

  private List<String> problems(JsonNode document) {
    List<String> problems = new ArrayList<>();
    check(schema, document, "", problems);
    return problems;
  }

  /** As much of JSON Schema as the schema uses. */
  private void check(JsonNode rule, JsonNode value, String path, List<String> problems) {
    if (rule.has("$ref")) {
      check(schema.at(rule.get("$ref").asString().substring(1)), value, path, problems);
    }
    if (rule.has("anyOf")) {
      List<String> best = null;
      for (JsonNode choice : rule.get("anyOf")) {
        List<String> found = new ArrayList<>();
        check(choice, value, path, found);
        // The choice that went deepest is the one that was meant.
        if (best == null || found.isEmpty() || !best.isEmpty() && depth(found) > depth(best)) {
          best = found;
        }
      }
      problems.addAll(best == null ? List.of(path) : best);
    }
    boolean wrong =
        rule.has("type") && !hasType(rule.get("type"), value)
            || rule.has("enum") && !rule.get("enum").valueStream().anyMatch(value::equals)
            || rule.has("const") && !rule.get("const").equals(value)
            || rule.has("pattern")
                && value.isString()
                && !Pattern.compile(rule.get("pattern").asString()).matcher(value.asString()).find()
            || value.isNumber()
                && (rule.has("minimum") && value.asDouble() < rule.get("minimum").asDouble()
                    || rule.has("maximum") && value.asDouble() > rule.get("maximum").asDouble());
    if (wrong) {
      problems.add(path);
      return;
    }
    if (value.isArray() && rule.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(rule.get("items"), value.get(i), path + "/" + i, problems);
      }
    }
    if (value.isObject()) {
      for (JsonNode required : rule.path("required")) {
        if (!value.has(required.asString())) {
          problems.add(path + "/" + required.asString());
        }
      }
      for (String key : value.propertyNames()) {
        JsonNode below = rule.path("properties").path(key);
        if (below.isMissingNode()) {
          below = rule.path("additionalProperties");
        }
        if (below.isObject()) {
          check(below, value.get(key), path + "/" + key, problems);
        } else if (below.isBoolean()) {
          problems.add(path + "/" + key);
        }
      }
    }
  }

  private static int depth(List<String> problems) {
    return problems.stream().mapToInt(path -> path.split("/", -1).length).max().orElse(0);
  }

  private static boolean hasType(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      return type.valueStream().anyMatch(one -> hasType(one, value));
    }
    return switch (type.asString()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "integer" -> value.isIntegralNumber();
      case "boolean" -> value.isBoolean();
      default -> throw new IllegalArgumentException(type.toString());
    };
  }
}
