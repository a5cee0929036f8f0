package dev.sluice.policy.document;

import dev.sluice.policy.spec.TrafficPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes policies as {@link PolicyReader} reads them. What is empty is left out. */
public final class PolicyWriter {
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,8}");

  private PolicyWriter() {}

  /** A policy as YAML. */
  public static String yaml(TrafficPolicy policy) {
    return YamlText.of(tree(policy));
  }

  /** Policies as YAML, divided by {@code ---}. */
  public static String yaml(Collection<TrafficPolicy> policies) {
    return String.join("---\n", policies.stream().map(PolicyWriter::yaml).toList());
  }

  /** A policy as JSON. */
  public static String json(TrafficPolicy policy) {
    return json((Object) tree(policy));
  }

  /** Policies as a list in JSON. */
  public static String json(Collection<TrafficPolicy> policies) {
    return json((Object) policies.stream().map(PolicyWriter::tree).toList());
  }

  private static String json(Object tree) {
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(tree)
        + "\n";
  }

  /** A record as keys with values. */
  static Map<String, Object> tree(Object record) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (Key key : Key.of(record.getClass())) {
      Object value = key.in(record);
      if (value instanceof List<?> list) {
        List<Object> items = new ArrayList<>();
        list.forEach(item -> items.add(value(key, item)));
        if (!items.isEmpty()) {
          tree.put(key.name(), items);
        }
      } else if (value instanceof Map<?, ?> map) {
        // Sorted, so that the same policy is the same text.
        Map<String, Object> table = new TreeMap<>();
        map.forEach((name, item) -> table.put((String) name, value(key, item)));
        if (!table.isEmpty()) {
          tree.put(key.name(), table);
        }
      } else if (value != null) {
        tree.put(key.name(), value(key, value));
      }
    }
    return tree;
  }

  private static Object value(Key key, Object value) {
    TextForm<?> form = TextForm.of(value.getClass());
    if (form != null) {
      return numberIf(form.mostAlone() >= 0, form.text(value));
    }
    return switch (value) {
      case String text -> numberIf(key.isTextOrNumber(), text);
      case Enum<?> constant -> EnumWords.of(constant);
      case Record record -> tree(record);
      default -> value;
    };
  }

  private static Object numberIf(boolean allowed, String text) {
    return allowed && NUMBER.matcher(text).matches() ? Integer.valueOf(text) : text;
  }
}
