package dev.sluice.bpf.elf;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** Makes names short enough and different from each other. */
final class UniqueNames {
  private final int length;
  private final IntPredicate allowed;
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  /**
   * @param length most characters of a name
   * @param allowed which characters it can have; others become {@code _}
   */
  UniqueNames(int length, IntPredicate allowed) {
    this.length = length;
    this.allowed = allowed;
  }

  /** The name, cut off and with a number behind it if that is needed. */
  String give(String wanted) {
    StringBuilder clean = new StringBuilder();
    wanted.chars().limit(length).forEach(c -> clean.append(allowed.test(c) ? (char) c : '_'));
    String name = clean.toString();
    while (!taken.add(name)) {
      String number = "_" + numbers.merge(clean.toString(), 2, (before, first) -> before + 1);
      name = clean.substring(0, Math.min(clean.length(), length - number.length())) + number;
    }
    return name;
  }
}
