package dev.sluice.policy.document;

import dev.sluice.policy.spec.Access;
import dev.sluice.policy.spec.Protocol;
import dev.sluice.policy.spec.Status;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How constants of enums are spelled in a document. */
final class EnumWords {
  /** Spelled as Kubernetes does: {@code DoesNotExist}. */
  private static final Set<Class<?>> CAPITALIZED =
      Set.of(Access.PolicyType.class, Access.Operator.class, Status.Phase.class);

  private EnumWords() {}

  /** The word of a constant. */
  static String of(Enum<?> constant) {
    Class<?> type = constant.getDeclaringClass();
    if (type == Protocol.class) {
      return constant.name();
    }
    if (CAPITALIZED.contains(type)) {
      return Arrays.stream(constant.name().split("_", -1))
          .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
          .collect(Collectors.joining());
    }
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The constants of an enum by their words, in order. */
  static Map<String, Object> all(Class<?> type) {
    Map<String, Object> words = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      words.put(of((Enum<?>) constant), constant);
    }
    return words;
  }

  /** The words for a sentence: {@code In, NotIn or Exists}. */
  static String sentence(Class<?> type) {
    List<String> words = List.copyOf(all(type).keySet());
    return words.size() == 1
        ? words.getFirst()
        : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
  }
}
