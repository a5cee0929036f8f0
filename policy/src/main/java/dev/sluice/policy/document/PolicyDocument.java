package dev.sluice.policy.document;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.spec.TrafficPolicy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A policy, and where each of its values stands. */
public final class PolicyDocument {
  private final String source;
  private final TrafficPolicy policy;
  private final @Nullable Locations locations;
  private final String base;
  private final Set<String> singles;

  PolicyDocument(
      String source,
      TrafficPolicy policy,
      @Nullable Locations locations,
      String base,
      Set<String> singles) {
    this.source = source;
    this.policy = policy;
    this.locations = locations;
    this.base = base;
    this.singles = Set.copyOf(singles);
  }

  /**
   * A policy that stands in no file: what is wrong with it has a path, but no line.
   *
   * @param source what errors call it
   */
  public static PolicyDocument of(String source, TrafficPolicy policy) {
    return new PolicyDocument(source, policy, null, "", Set.of());
  }

  /** What errors call the document: its file. */
  public String source() {
    return source;
  }

  /** What it says. */
  public TrafficPolicy policy() {
    return policy;
  }

  /**
   * What is wrong with a value, with where it stands: {@code FILE:LINE:COLUMN:
   * spec.sharing[0].rate: PROBLEM}. A value that is not there has the place of what it is missing
   * in.
   *
   * @param pointer a JSON pointer in the document, such as {@code /spec/sharing/0/rate}; empty for
   *     the document
   * @param problem what was expected and what was found
   */
  public InvalidInput invalid(String pointer, String problem) {
    if (!pointer.isEmpty() && pointer.charAt(0) != '/') {
      throw new IllegalArgumentException("expected a JSON pointer: " + pointer);
    }
    return locations == null
        ? Locations.nowhere(source, pointer, problem)
        : locations.invalid(base, written(pointer), problem);
  }

  /** The path as it is written, where a single value stands for a list of one. */
  private String written(String pointer) {
    StringBuilder path = new StringBuilder();
    for (int from = 0; from < pointer.length(); ) {
      int slash = pointer.indexOf('/', from + 1);
      int end = slash < 0 ? pointer.length() : slash;
      String step = pointer.substring(from, end);
      if (!step.equals("/0") || !singles.contains(path.toString())) {
        path.append(step);
      }
      from = end;
    }
    return path.toString();
  }
}
