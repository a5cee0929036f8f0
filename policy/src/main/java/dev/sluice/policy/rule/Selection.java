package dev.sluice.policy.rule;

import dev.sluice.policy.spec.Access.Expression;
import dev.sluice.policy.spec.Access.LabelSelector;
import dev.sluice.policy.spec.Namespace;
import dev.sluice.policy.spec.Target;
import dev.sluice.policy.spec.Workload;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Which workloads are meant, by what they are called and by labels. */
public final class Selection {
  /** The label that every namespace has. */
  static final String NAME_LABEL = "kubernetes.io/metadata.name";

  private final Map<String, Map<String, String>> namespaces = new HashMap<>();

  Selection(Collection<Namespace> described) {
    for (Namespace namespace : described) {
      namespaces.computeIfAbsent(namespace.name(), _ -> new HashMap<>()).putAll(namespace.labels());
    }
  }

  /** Whether a target means a workload. */
  public static boolean means(Target target, Workload workload) {
    return (target.name() == null || target.name().equals(workload.name()))
        && (target.namespace() == null || target.namespace().equals(workload.namespaceOrDefault()))
        && workload.labels().entrySet().containsAll(target.labels().entrySet());
  }

  /** Whether a selector chooses a namespace. */
  boolean choosesNamespace(LabelSelector selector, String name) {
    Map<String, String> labels = new HashMap<>(namespaces.getOrDefault(name, Map.of()));
    labels.put(NAME_LABEL, name);
    return chooses(selector, labels);
  }

  /** Whether a selector chooses whoever has these labels. */
  static boolean chooses(LabelSelector selector, Map<String, String> labels) {
    return labels.entrySet().containsAll(selector.matchLabels().entrySet())
        && selector.matchExpressions().stream().allMatch(one -> holds(one, labels));
  }

  private static boolean holds(Expression expression, Map<String, String> labels) {
    String value = labels.get(expression.key());
    return switch (expression.operator()) {
      case IN -> value != null && expression.values().contains(value);
      case NOT_IN -> value == null || !expression.values().contains(value);
      case EXISTS -> value != null;
      case DOES_NOT_EXIST -> value == null;
    };
  }
}
