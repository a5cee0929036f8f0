package dev.sluice.datapath.chain.migration;

import java.util.ArrayList;
import java.util.List;

/** What forbids a migration, and what changes its order. */
final class Findings {
  private final List<String> forbidden = new ArrayList<>();
  private final List<String> reordered = new ArrayList<>();
  private final List<String> reinterpreted = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();
  private final List<String> policies = new ArrayList<>();

  void forbid(String reason) {
    forbidden.add(reason);
  }

  void orderChanges(String reason) {
    reordered.add(reason);
  }

  void verdictsChange(String reason) {
    reinterpreted.add(reason);
  }

  void verdictsUnknown(String program) {
    unknown.add(program);
  }

  void leaveToPolicies(String program) {
    policies.add(program);
  }

  List<String> forbidden() {
    return List.copyOf(forbidden);
  }

  List<String> reordered() {
    return List.copyOf(reordered);
  }

  List<String> reinterpreted() {
    return List.copyOf(reinterpreted);
  }

  List<String> unknown() {
    return List.copyOf(unknown);
  }

  List<String> policies() {
    return List.copyOf(policies);
  }
}
