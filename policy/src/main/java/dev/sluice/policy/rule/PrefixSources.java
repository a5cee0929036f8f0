package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Of which sources prefixes come, by numbers: a list is one, and so is what a rule says itself. An
 * address is of all sources that a prefix around it comes from.
 */
final class PrefixSources {
  private static final int[] NONE = {};

  /** Arrays that are never changed; most prefixes share theirs. */
  private final NavigableMap<Prefix, int[]> sources;

  PrefixSources() {
    sources = new TreeMap<>();
  }

  /** A copy. */
  PrefixSources(PrefixSources other) {
    sources = new TreeMap<>(other.sources);
  }

  /** Is told which prefixes it is in, from the outer ones to the inner. */
  interface Walker {
    void enter(int[] sources);

    void leave(int[] sources);
  }

  int[] of(Prefix prefix) {
    int[] found = sources.get(prefix);
    return found == null ? NONE : found;
  }

  /**
   * Says that a prefix comes of a source.
   *
   * @param alone an array of only that, to share
   * @return false if it was said already
   */
  boolean add(Prefix prefix, int[] alone) {
    int[] old = sources.get(prefix);
    if (old == null) {
      sources.put(prefix, alone);
      return true;
    }
    if (contains(old, alone[0])) {
      return false;
    }
    int[] more = Arrays.copyOf(old, old.length + 1);
    more[old.length] = alone[0];
    sources.put(prefix, more);
    return true;
  }

  /** Takes that back; false if it was not said. */
  boolean remove(Prefix prefix, int source) {
    int[] old = of(prefix);
    if (!contains(old, source)) {
      return false;
    }
    if (old.length == 1) {
      sources.remove(prefix);
    } else {
      sources.put(prefix, Arrays.stream(old).filter(one -> one != source).toArray());
    }
    return true;
  }

  private static boolean contains(int[] sources, int source) {
    for (int one : sources) {
      if (one == source) {
        return true;
      }
    }
    return false;
  }

  /** Walks through all prefixes, those around others first. */
  void walk(Walker walker, Consumer<Prefix> inPrefix) {
    walk(sources, null, walker, inPrefix);
  }

  /** Walks through a prefix, if it is there, and those in it. */
  void walk(Prefix from, Walker walker, Consumer<Prefix> inPrefix) {
    for (int length = 0; length < from.length(); length++) {
      walker.enter(of(around(from, length)));
    }
    walk(sources.tailMap(from, true), from, walker, inPrefix);
    for (int length = 0; length < from.length(); length++) {
      walker.leave(of(around(from, length)));
    }
  }

  private static Prefix around(Prefix prefix, int length) {
    return prefix.six()
        ? Prefix.six(prefix.high(), prefix.low(), length)
        : Prefix.four(prefix.address4(), length);
  }

  private static void walk(
      NavigableMap<Prefix, int[]> sorted,
      @Nullable Prefix within,
      Walker walker,
      Consumer<Prefix> inPrefix) {
    Deque<Map.Entry<Prefix, int[]>> around = new ArrayDeque<>();
    // In their order a prefix comes before those in it.
    for (Map.Entry<Prefix, int[]> entry : sorted.entrySet()) {
      Prefix prefix = entry.getKey();
      if (within != null && !within.contains(prefix)) {
        break;
      }
      while (!around.isEmpty() && !around.getLast().getKey().contains(prefix)) {
        walker.leave(around.removeLast().getValue());
      }
      walker.enter(entry.getValue());
      around.addLast(entry);
      inPrefix.accept(prefix);
    }
    while (!around.isEmpty()) {
      walker.leave(around.removeLast().getValue());
    }
  }
}
