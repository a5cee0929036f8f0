package dev.sluice.policy.spec;

import java.util.Map;

/** How an object is called. */
@Doc("How the policy is called.")
public record Metadata(
    @Doc(
            value = "Unique among the policies of a host: lower-case letters, digits and hyphens.",
            pattern = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
        String name,
    @Doc("Free for people and tools.") Map<String, String> labels,
    @Doc("Free for people and tools.") Map<String, String> annotations) {
  /** Copies the tables. */
  public Metadata {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /** Nothing but a name. */
  public static Metadata of(String name) {
    return new Metadata(name, Map.of(), Map.of());
  }
}
