package dev.sluice.policy.spec;

import java.util.Map;

/** A namespace of workloads. */
@Doc("A namespace of workloads, as Kubernetes has them.")
public record Namespace(
    @Doc("Its name; it also has the label `kubernetes.io/metadata.name` with this value.")
        String name,
    @Doc("What rules choose it by.") Map<String, String> labels) {
  /** Copies the table. */
  public Namespace {
    labels = Map.copyOf(labels);
  }
}
