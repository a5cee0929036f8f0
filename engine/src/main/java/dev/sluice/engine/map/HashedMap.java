package dev.sluice.engine.map;

import dev.sluice.bpf.MapType;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A hash table ({@code kernel/bpf/hashtab.c}), with one that forgets the least recently used entry
 * when full, and those with a value per processor: a machine has one.
 *
 * <p>The kernel's LRU forgets entries in batches and approximately; this one forgets exactly the
 * entry that was looked up or changed least recently by a program. Its order of keys is its own, as
 * the kernel's follows from a random seed.
 */
public final class HashedMap extends EngineMap {
  private static final int NONE = -1;

  private final KeyTable table;
  private final boolean forgets;

  // For one that forgets: a ring of numbers, the most recently used first.
  private int[] newer = new int[0];
  private int[] older = new int[0];
  private int newest = NONE;
  private int oldest = NONE;

  /** An empty map. */
  public HashedMap(Machine machine, MapInfo shape) {
    super(machine, shape, new byte[0], strideOf(shape.valueSize()));
    forgets = shape.type() == MapType.LRU_HASH || shape.type() == MapType.LRU_PERCPU_HASH;
    table = new KeyTable(shape.keySize(), shape.maxEntries());
    makeRoom();
  }

  private void makeRoom() {
    int capacity = table.capacity();
    int bytes = Math.multiplyExact(capacity, stride());
    if (values.length < bytes) {
      values = Arrays.copyOf(values, bytes);
    }
    if (forgets && newer.length < capacity) {
      newer = Arrays.copyOf(newer, capacity);
      older = Arrays.copyOf(older, capacity);
    }
  }

  @Override
  public int find(byte[] keys, int at) {
    int number = table.find(keys, at);
    if (number < 0) {
      return -1;
    }
    if (forgets) {
      touch(number);
    }
    return number * stride();
  }

  /** As a look from the host: it does not count as a use ({@code htab_lru_map_lookup_elem_sys}). */
  @Override
  public boolean read(byte[] key, byte[] out) {
    int number = table.find(key, 0);
    if (number >= 0) {
      System.arraycopy(values, number * stride(), out, 0, valueSize());
    }
    return number >= 0;
  }

  @Override
  public int update(byte[] keys, int keyAt, byte[] newValues, int valueAt, long flags) {
    if (flags < 0 || flags > Results.CHANGE) {
      return Results.EINVAL;
    }
    int number = table.find(keys, keyAt);
    if (number >= 0) {
      if (flags == Results.CREATE) {
        return Results.EEXIST;
      }
      if (forgets) {
        touch(number);
      }
    } else {
      if (flags == Results.CHANGE) {
        return Results.ENOENT;
      }
      if (table.isFull()) {
        if (!forgets) {
          return Results.E2BIG;
        }
        remove(oldest);
      }
      number = table.add(keys, keyAt);
      makeRoom();
      if (forgets) {
        linkNewest(number);
      }
    }
    System.arraycopy(newValues, valueAt, values, number * stride(), valueSize());
    return Results.DONE;
  }

  @Override
  public int delete(byte[] keys, int at) {
    int number = table.find(keys, at);
    if (number < 0) {
      return Results.ENOENT;
    }
    remove(number);
    return Results.DONE;
  }

  private void remove(int number) {
    if (forgets) {
      unlink(number);
    }
    table.remove(number);
  }

  private void touch(int number) {
    if (newest != number) {
      unlink(number);
      linkNewest(number);
    }
  }

  private void unlink(int number) {
    int before = newer[number];
    int behind = older[number];
    if (before == NONE) {
      newest = behind;
    } else {
      older[before] = behind;
    }
    if (behind == NONE) {
      oldest = before;
    } else {
      newer[behind] = before;
    }
  }

  private void linkNewest(int number) {
    newer[number] = NONE;
    older[number] = newest;
    if (newest == NONE) {
      oldest = number;
    } else {
      newer[newest] = number;
    }
    newest = number;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    int known = key == null ? NONE : table.find(key, 0);
    int number = table.nextUsed(known + 1);
    if (number < 0) {
      return Results.ENOENT;
    }
    table.copyKey(number, next);
    return Results.DONE;
  }
}
