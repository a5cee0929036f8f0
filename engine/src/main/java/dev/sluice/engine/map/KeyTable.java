package dev.sluice.engine.map;

import dev.sluice.engine.vm.GuestMemory;
import java.util.Arrays;

/**
 * Keys of equal length by number: a hash table whose chains are indices. Numbers are small and
 * dense, and those of removed keys are given again, the latest first.
 */
final class KeyTable {
  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 64;

  private final int keySize;
  private final int limit;
  private byte[] keys;

  /** The first key of each chain. */
  private int[] heads;

  /** The next key of a chain, or of the free ones. */
  private int[] next;

  private int[] hashes;
  private boolean[] used;
  private int free = NONE;
  private int high;
  private int size;

  /**
   * An empty table.
   *
   * @param keySize bytes of a key
   * @param limit how many keys fit
   */
  KeyTable(int keySize, int limit) {
    this.keySize = keySize;
    this.limit = limit;
    int capacity = Math.min(limit, FIRST_CAPACITY);
    keys = new byte[capacity * keySize];
    next = new int[capacity];
    hashes = new int[capacity];
    used = new boolean[capacity];
    heads = emptyHeads(capacity);
  }

  private static int[] emptyHeads(int capacity) {
    int[] empty = new int[Integer.highestOneBit(Math.max(1, capacity - 1)) << 2];
    Arrays.fill(empty, NONE);
    return empty;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == limit;
  }

  /** How many numbers have room: values need as much. */
  int capacity() {
    return next.length;
  }

  /** Numbers that were ever given are below this. */
  int high() {
    return high;
  }

  boolean isUsed(int number) {
    return used[number];
  }

  /** The number of a key; −1 if it is not there. */
  int find(byte[] source, int at) {
    int hash = hash(source, at);
    for (int number = heads[hash & (heads.length - 1)]; number != NONE; number = next[number]) {
      if (hashes[number] == hash && equal(source, at, number)) {
        return number;
      }
    }
    return NONE;
  }

  private boolean equal(byte[] source, int at, int number) {
    int mine = number * keySize;
    if (keySize == 4) {
      return GuestMemory.getInt(keys, mine) == GuestMemory.getInt(source, at);
    }
    if (keySize == 8) {
      return GuestMemory.getLong(keys, mine) == GuestMemory.getLong(source, at);
    }
    return Arrays.equals(keys, mine, mine + keySize, source, at, at + keySize);
  }

  private int hash(byte[] source, int at) {
    long hash = keySize;
    int i = 0;
    for (; i + 8 <= keySize; i += 8) {
      hash = mix(hash ^ GuestMemory.getLong(source, at + i));
    }
    if (i + 4 <= keySize) {
      hash = mix(hash ^ GuestMemory.getInt(source, at + i));
      i += 4;
    }
    for (; i < keySize; i++) {
      hash = mix(hash ^ source[at + i]);
    }
    return (int) (hash ^ (hash >>> 32));
  }

  private static long mix(long value) {
    long mixed = value * 0x9e37_79b9_7f4a_7c15L;
    return mixed ^ (mixed >>> 29);
  }

  /** Adds a key that is not there, to a table that is not full; its number. */
  int add(byte[] source, int at) {
    int number;
    if (free != NONE) {
      number = free;
      free = next[number];
    } else {
      if (high == next.length) {
        grow();
      }
      number = high++;
    }
    System.arraycopy(source, at, keys, number * keySize, keySize);
    int hash = hash(source, at);
    hashes[number] = hash;
    used[number] = true;
    int chain = hash & (heads.length - 1);
    next[number] = heads[chain];
    heads[chain] = number;
    size++;
    return number;
  }

  private void grow() {
    int capacity = (int) Math.min(limit, 2L * next.length);
    keys = Arrays.copyOf(keys, Math.multiplyExact(capacity, keySize));
    next = Arrays.copyOf(next, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
    used = Arrays.copyOf(used, capacity);
    heads = emptyHeads(capacity);
    for (int number = 0; number < high; number++) {
      // Nothing is free now, so all are in chains.
      int chain = hashes[number] & (heads.length - 1);
      next[number] = heads[chain];
      heads[chain] = number;
    }
  }

  /** Removes the key with a number. */
  void remove(int number) {
    int chain = hashes[number] & (heads.length - 1);
    if (heads[chain] == number) {
      heads[chain] = next[number];
    } else {
      int before = heads[chain];
      while (next[before] != number) {
        before = next[before];
      }
      next[before] = next[number];
    }
    used[number] = false;
    next[number] = free;
    free = number;
    size--;
  }

  /** Copies the key with a number. */
  void copyKey(int number, byte[] out) {
    System.arraycopy(keys, number * keySize, out, 0, keySize);
  }

  /** The next number in use from a number on; −1 if there is none. */
  int nextUsed(int from) {
    for (int number = from; number < high; number++) {
      if (used[number]) {
        return number;
      }
    }
    return NONE;
  }
}
