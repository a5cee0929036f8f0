package dev.sluice.policy.plan;

import dev.sluice.datapath.chain.order.NamePattern;
import dev.sluice.policy.arrival.Steering;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where in a chain a program of the user's goes, by what it must run before and after.
 *
 * @param before names of programs or patterns of them
 * @param after names of programs or patterns of them
 */
record ChainOrder(List<String> before, List<String> after) {
  private static final String OURS = "sluice";
  private static final Set<String> RULES = Set.of("sluice_in", "sluice_out");

  /** Copies the lists. */
  ChainOrder {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /**
   * A place.
   *
   * @param index how many programs run before it; the chain's length if there is no place
   * @param clash why there is none; null if there is one
   */
  record Place(int index, @Nullable String clash) {}

  /** The place in a chain of programs with these names. */
  Place in(List<String> chain) {
    int first = 0;
    for (int i = 0; i < chain.size(); i++) {
      if (isMeant(after, chain.get(i))) {
        first = i + 1;
      }
    }
    int last = chain.size();
    if (last > 0 && chain.getLast().equals(Steering.PROGRAM)) {
      last = Math.max(first, last - 1); // what it sends on, none behind it sees
    }
    for (int i = chain.size() - 1; i >= 0; i--) {
      if (isMeant(before, chain.get(i))) {
        last = i;
      }
    }
    if (first > last) {
      return new Place(
          chain.size(),
          first - 1 == last
              ? "it is to run both before and after " + chain.get(last)
              : "it is to run after %s, which runs behind %s, before which it is to run"
                  .formatted(chain.get(first - 1), chain.get(last)));
    }
    boolean onlyAfter = before.isEmpty() && !after.isEmpty();
    return new Place(onlyAfter ? first : last, null);
  }

  /** Why a program that is in a chain is not where it should be; null if it is. */
  @Nullable String misplaced(List<String> chain, int index) {
    for (int i = 0; i < chain.size(); i++) {
      if (i < index && isMeant(before, chain.get(i))) {
        return "it runs behind " + chain.get(i) + ", before which it is to run";
      }
      if (i > index && isMeant(after, chain.get(i))) {
        return "it runs before " + chain.get(i) + ", after which it is to run";
      }
    }
    return null;
  }

  private static boolean isMeant(List<String> patterns, String name) {
    return patterns.stream()
        .anyMatch(
            pattern ->
                Objects.equals(pattern, OURS)
                    ? RULES.contains(name)
                    : NamePattern.of(pattern).means(name));
  }
}
