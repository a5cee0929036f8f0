package dev.sluice.kernel.netlink;

import java.util.Arrays;

/**
 * Remembers which entries of a listing were handed over, over several readings, at 16 bytes an
 * entry and some room.
 *
 * <p>A kernel may list several entries under one name (u32 lets more than 4,095 nodes of a bucket
 * share a handle). Where that is so, entries are counted: the n-th of a name is new if fewer than n
 * were handed over before.
 */
final class HandedOver {
  private long[] keys = new long[64];

  /** How many of a key were handed over; 0 where the place is free. */
  private int[] counts = new int[64];

  /** How many of a key this reading has brought. */
  private int[] seen = new int[64];

  private int size;

  /** Begins another reading. */
  void restart() {
    Arrays.fill(seen, 0);
  }

  /**
   * Whether an entry is to be handed over; if so, it is remembered.
   *
   * @param key its key
   * @param mayRepeat whether others may have the same
   */
  boolean isNew(long key, boolean mayRepeat) {
    int place = place(key);
    if (counts[place] == 0) {
      if (++size * 2 > keys.length) {
        grow();
        place = place(key);
      }
      keys[place] = key;
    }
    if (++seen[place] <= counts[place] || (!mayRepeat && counts[place] > 0)) {
      return false;
    }
    counts[place] = seen[place];
    return true;
  }

  private int place(long key) {
    int mask = keys.length - 1;
    int place = (int) key & mask;
    while (counts[place] != 0 && keys[place] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldCounts = counts;
    int[] oldSeen = seen;
    int capacity = Math.multiplyExact(oldKeys.length, 2);
    keys = new long[capacity];
    counts = new int[capacity];
    seen = new int[capacity];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] != 0) {
        int place = place(oldKeys[i]);
        keys[place] = oldKeys[i];
        counts[place] = oldCounts[i];
        seen[place] = oldSeen[i];
      }
    }
  }
}
