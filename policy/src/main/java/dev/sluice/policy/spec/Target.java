package dev.sluice.policy.spec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Workloads, by what they are called. What is left out matches any. */
@Doc("Workloads, by what they are called; all that is said must hold.")
public record Target(
    @Doc("The workload with this name.") @Nullable String name,
    @Doc("Those in this namespace.") @Nullable String namespace,
    @Doc("Those that have all these labels.") Map<String, String> labels) {
  /** Copies the table. */
  public Target {
    labels = Map.copyOf(labels);
  }
}
