package dev.sluice.policy.document;

import dev.sluice.policy.spec.Doc;
import dev.sluice.policy.spec.TrafficPolicy;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The types that a policy is made of, in the order in which a reader comes upon them.
 *
 * @param records mappings
 * @param enums choices among words
 * @param forms values that are one word
 */
record Vocabulary(List<Class<?>> records, List<Class<?>> enums, List<TextForm<?>> forms) {
  /** Of {@link TrafficPolicy}. */
  static Vocabulary ofPolicies() {
    Set<Class<?>> types = new LinkedHashSet<>();
    collect(TrafficPolicy.class, types);
    Map<String, Class<?>> names = new LinkedHashMap<>();
    for (Class<?> type : types) {
      Class<?> other = names.putIfAbsent(type.getSimpleName(), type);
      if (other != null) {
        throw new IllegalStateException(type + " is called as " + other);
      }
    }
    return new Vocabulary(
        types.stream()
            .filter(type -> type.isRecord() && TextForm.of(type) == null)
            .<Class<?>>map(type -> type)
            .toList(),
        types.stream().filter(Class::isEnum).<Class<?>>map(type -> type).toList(),
        types.stream()
            .<TextForm<?>>mapMulti(
                (type, out) -> {
                  TextForm<?> form = TextForm.of(type);
                  if (form != null) {
                    out.accept(form);
                  }
                })
            .toList());
  }

  private static void collect(Class<?> type, Set<Class<?>> types) {
    if (!types.add(type) || TextForm.of(type) != null) {
      return;
    }
    if (type.isRecord()) {
      for (Key key : Key.of(type)) {
        Class<?> value = key.type();
        if (value.isRecord() || value.isEnum() || TextForm.of(value) != null) {
          collect(value, types);
        }
      }
    }
  }

  /** What a type means. */
  static String meaning(Class<?> type) {
    Doc doc = type.getAnnotation(Doc.class);
    if (doc == null) {
      throw new IllegalStateException(type + " says nothing of what it means");
    }
    return doc.value();
  }
}
