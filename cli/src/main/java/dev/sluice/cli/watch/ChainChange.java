package dev.sluice.cli.watch;

import dev.sluice.datapath.chain.ChainEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one entry of a chain between two looks at it.
 *
 * @param kind what
 * @param entry the entry as it is now; as it was, if it was removed
 * @param position its place now, from 0; where it was, if it was removed
 * @param before its place before; null if it was not there
 * @param replaced the number of the program that was in its place; null if none was
 */
record ChainChange(
    Kind kind,
    ChainEntry entry,
    int position,
    @Nullable Integer before,
    @Nullable Integer replaced) {
  /** What can happen. */
  enum Kind {
    /** It is new in the chain. */
    ADDED,
    /** It is no longer in the chain. */
    REMOVED,
    /** It runs before others than it did. */
    MOVED,
    /** A program took another's place. */
    REPLACED
  }

  /** A link, or a program without one: what stays the same entry. */
  private record Key(int link, int program) {
    static Key of(ChainEntry entry) {
      return entry.hasLink() ? new Key(entry.linkId(), 0) : new Key(0, entry.programId());
    }
  }

  /** The changes from one order to another: removals, then the rest in the new order. */
  static List<ChainChange> between(List<ChainEntry> old, List<ChainEntry> now) {
    Map<Key, Integer> before = places(old);
    Map<Key, Integer> after = places(now);
    List<ChainChange> removed = new ArrayList<>();
    List<ChainChange> others = new ArrayList<>();
    before.forEach(
        (key, place) -> {
          if (!after.containsKey(key) && !tookPlace(place, old, now, before, after)) {
            removed.add(new ChainChange(Kind.REMOVED, old.get(place), place, place, null));
          }
        });
    List<Integer> places = new ArrayList<>();
    for (Key key : after.keySet()) {
      Integer was = before.get(key);
      if (was != null) {
        places.add(was);
      }
    }
    List<Integer> kept = longestRising(places);
    after.forEach(
        (key, place) -> {
          ChainEntry entry = now.get(place);
          Integer was = before.get(key);
          if (was == null) {
            boolean took = tookPlace(place, old, now, before, after);
            others.add(
                new ChainChange(
                    took ? Kind.REPLACED : Kind.ADDED,
                    entry,
                    place,
                    took ? place : null,
                    took ? old.get(place).programId() : null));
            return;
          }
          int program = old.get(was).programId();
          if (program != entry.programId()) {
            others.add(new ChainChange(Kind.REPLACED, entry, place, was, program));
          }
          if (!kept.contains(was)) {
            others.add(new ChainChange(Kind.MOVED, entry, place, was, null));
          }
        });
    removed.addAll(others);
    return removed;
  }

  private static Map<Key, Integer> places(List<ChainEntry> entries) {
    Map<Key, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      places.putIfAbsent(Key.of(entries.get(i)), i);
    }
    return places;
  }

  /** Whether a bare program is where another was, which is gone, and the chain is as long. */
  private static boolean tookPlace(
      int place,
      List<ChainEntry> old,
      List<ChainEntry> now,
      Map<Key, Integer> before,
      Map<Key, Integer> after) {
    return old.size() == now.size()
        && !old.get(place).hasLink()
        && !now.get(place).hasLink()
        && !after.containsKey(Key.of(old.get(place)))
        && !before.containsKey(Key.of(now.get(place)));
  }

  /** As many as possible whose order did not change. */
  private static List<Integer> longestRising(List<Integer> places) {
    List<List<Integer>> ending = new ArrayList<>();
    List<Integer> longest = List.of();
    for (Integer place : places) {
      List<Integer> best = new ArrayList<>();
      for (List<Integer> each : ending) {
        if (each.getLast() < place && each.size() > best.size()) {
          best = new ArrayList<>(each);
        }
      }
      best.add(place);
      ending.add(best);
      longest = best.size() > longest.size() ? best : longest;
    }
    return longest;
  }
}
