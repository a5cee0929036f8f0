package dev.sluice.engine.map;

import dev.sluice.engine.vm.GuestMemory;
import java.util.Arrays;

/**
 * Keys of equal length by number: a hash table whose chains are indices. Numbers are small and
 * dense, and those of removed keys are given again, the latest first.
 *
 * <p>The order of keys is that of the chains, as in the kernel, so that a walk goes on behind a key
 * whatever was done to those before it.
 */
final class KeyTable {
  /** No number. */
  static final int NONE = -1;

  private static final int FIRST_CAPACITY = 64;

  /** Chains that a table has from the start, if it may hold as many keys. */
  private static final int FIRST_CHAINS = 1 << 16;

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

  /** The number that {@link #replace} gives out next. */
  private int spare = NONE;

  /**
   * An empty table.
   *
   * @param keySize bytes of a key
   * @param limit how many keys fit
   */
  KeyTable(int keySize, int limit) {
    this.keySize = keySize;
    this.limit = limit;
    int capacity = Math.min(limit, FIRST_CAPACITY) + 1;
    keys = new byte[capacity * keySize];
    next = new int[capacity];
    hashes = new int[capacity];
    used = new boolean[capacity];
    heads = emptyHeads(Math.min(limit, FIRST_CHAINS));
  }

  /** As many chains as keys, or up to twice as many. */
  private static int[] emptyHeads(int keys) {
    int[] empty = new int[Integer.highestOneBit(Math.max(1, keys - 1)) << 1];
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

  /** The capacity to {@link #grow} to before another number is needed. */
  int neededCapacity() {
    return free != NONE || high < next.length
        ? next.length
        : (int) Math.min(limit + 1L, 2L * next.length);
  }

  /** Whether a number belongs to a key. */
  boolean isUsed(int number) {
    return used[number];
  }

  /** The number of a key; −1 if it is not there. */
  int find(byte[] source, int at) {
    int[] ofChain = next;
    switch (keySize) {
      case 4 -> {
        int key = GuestMemory.getInt(source, at);
        int number = heads[fold(mix(4 ^ key)) & (heads.length - 1)];
        while (number != NONE && GuestMemory.getInt(keys, 4 * number) != key) {
          number = ofChain[number];
        }
        return number;
      }
      case 8 -> {
        long key = GuestMemory.getLong(source, at);
        int number = heads[fold(mix(8 ^ key)) & (heads.length - 1)];
        while (number != NONE && GuestMemory.getLong(keys, 8 * number) != key) {
          number = ofChain[number];
        }
        return number;
      }
      case 16 -> {
        long low = GuestMemory.getLong(source, at);
        long high = GuestMemory.getLong(source, at + 8);
        int number = heads[fold(mix(mix(16 ^ low) ^ high)) & (heads.length - 1)];
        while (number != NONE
            && (GuestMemory.getLong(keys, 16 * number) != low
                || GuestMemory.getLong(keys, 16 * number + 8) != high)) {
          number = ofChain[number];
        }
        return number;
      }
      default -> {
        int hash = hash(source, at);
        int number = heads[hash & (heads.length - 1)];
        while (number != NONE && (hashes[number] != hash || !equal(source, at, number))) {
          number = ofChain[number];
        }
        return number;
      }
    }
  }

  private boolean equal(byte[] source, int at, int number) {
    int mine = number * keySize;
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
    return fold(hash);
  }

  private static long mix(long value) {
    long mixed = value * 0x9e37_79b9_7f4a_7c15L;
    return mixed ^ (mixed >>> 29);
  }

  private static int fold(long hash) {
    return (int) (hash ^ (hash >>> 32));
  }

  /**
   * Adds a key that is not there, to a table that is not full and has room; its number. It is the
   * first of its chain, as in the kernel.
   */
  int add(byte[] source, int at) {
    int number = take();
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

  private int take() {
    if (free == NONE) {
      return high++;
    }
    int number = free;
    free = next[number];
    return number;
  }

  /**
   * Gives a key another number, in its old place of the chain. The old number is kept for the next
   * time, so that its value stays as it was until then ({@code extra_elems} in {@code
   * kernel/bpf/hashtab.c}). The table must have room.
   */
  int replace(int number) {
    int fresh = spare == NONE ? take() : spare;
    System.arraycopy(keys, number * keySize, keys, fresh * keySize, keySize);
    hashes[fresh] = hashes[number];
    next[fresh] = next[number];
    used[fresh] = true;
    relink(number, fresh);
    used[number] = false;
    spare = number;
    return fresh;
  }

  /** Lets what led to a number lead to another. */
  private void relink(int number, int other) {
    int chain = hashes[number] & (heads.length - 1);
    if (heads[chain] == number) {
      heads[chain] = other;
      return;
    }
    int before = heads[chain];
    while (next[before] != number) {
      before = next[before];
    }
    next[before] = other;
  }

  /** Makes room for more numbers. Does nothing by halves if there is no memory. */
  void grow(int capacity) {
    byte[] moreKeys = Arrays.copyOf(keys, Math.multiplyExact(capacity, keySize));
    int[] moreNext = Arrays.copyOf(next, capacity);
    int[] moreHashes = Arrays.copyOf(hashes, capacity);
    boolean[] moreUsed = Arrays.copyOf(used, capacity);
    if (capacity > heads.length) {
      int[] moreHeads = emptyHeads(capacity);
      for (int number = 0; number < high; number++) {
        if (used[number]) {
          int chain = hashes[number] & (moreHeads.length - 1);
          moreNext[number] = moreHeads[chain];
          moreHeads[chain] = number;
        }
      }
      heads = moreHeads;
    }
    keys = moreKeys;
    next = moreNext;
    hashes = moreHashes;
    used = moreUsed;
  }

  /** Removes the key with a number. */
  void remove(int number) {
    relink(number, next[number]);
    used[number] = false;
    next[number] = free;
    free = number;
    size--;
  }

  /** Copies the key with a number. */
  void copyKey(int number, byte[] out) {
    System.arraycopy(keys, number * keySize, out, 0, keySize);
  }

  /** The number of the first key; −1 in an empty table. */
  int first() {
    return firstFrom(0);
  }

  /** The number of the key behind one; −1 behind the last. */
  int after(int number) {
    return next[number] != NONE ? next[number] : firstBehindChainOf(number);
  }

  /** How many chains there are. */
  int chains() {
    return heads.length;
  }

  /** The first key of a chain; −1 for an empty one. */
  int firstOf(int chain) {
    return heads[chain];
  }

  /** The next key of the same chain; −1 behind the last. */
  int nextOf(int number) {
    return next[number];
  }

  /** The chain that a number's key is in. */
  int chainOf(int number) {
    return hashes[number] & (heads.length - 1);
  }

  private int firstBehindChainOf(int number) {
    return firstFrom(chainOf(number) + 1);
  }

  private int firstFrom(int chain) {
    for (int i = chain; i < heads.length; i++) {
      if (heads[i] != NONE) {
        return heads[i];
      }
    }
    return NONE;
  }
}
