package dev.sluice.policy.rule;

import java.util.Map;

/** Gives rules numbers from 1, in their order, and counters their names. */
final class RuleNumbers {
  private final Map<Integer, RuleName> names;

  RuleNumbers(Map<Integer, RuleName> names) {
    this.names = names;
  }

  int next(String policy, RuleName.Kind kind, String name) {
    int number = names.size() + 1;
    names.put(number, new RuleName(policy, kind, name));
    return number;
  }
}
