package dev.sluice.policy.queue;

import dev.sluice.datapath.InvalidInput;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Minor numbers of classes. A name keeps the number that it had, so that an edited policy does not
 * renumber classes that are there, and what a removed class had is given to no other at once.
 */
public final class ClassNumbers {
  /** The class that all others share. */
  public static final int ALL = 1;

  /** The class for packets that no match fits, where the policy names none. */
  public static final int REST = 2;

  /** The least number of a class of the policy. */
  public static final int FIRST = 3;

  private static final int LAST = 0xffff;

  private ClassNumbers() {}

  /**
   * Numbers classes.
   *
   * @param names the names, each once
   * @param earlier the numbers that names had before; empty for none
   * @throws InvalidInput if there are more names than numbers
   */
  public static Map<String, Integer> assign(List<String> names, Map<String, Integer> earlier) {
    if (names.size() > LAST - FIRST + 1) {
      throw new InvalidInput(
          "sharing",
          0,
          0,
          "a device can have " + (LAST - FIRST + 1) + " classes, found " + names.size());
    }
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Set<Integer> taken = new HashSet<>();
    for (String name : names) {
      Integer before = earlier.get(name);
      boolean keeps = before != null && before >= FIRST && before <= LAST && taken.add(before);
      numbers.put(name, keeps && before != null ? before : 0);
    }
    Free free = new Free(taken, earlier.values());
    numbers.replaceAll((_, number) -> number == 0 ? free.take() : number);
    return numbers;
  }

  /** Numbers that nobody has; those that a removed class had come last. */
  private static final class Free {
    private final Set<Integer> taken;
    private Set<Integer> avoided;
    private int next = FIRST;

    Free(Set<Integer> taken, Collection<Integer> earlier) {
      this.taken = taken;
      avoided = new HashSet<>(earlier);
    }

    int take() {
      while (taken.contains(next) || avoided.contains(next)) {
        next++;
        if (next > LAST) {
          avoided = Set.of();
          next = FIRST;
        }
      }
      taken.add(next);
      return next;
    }
  }
}
