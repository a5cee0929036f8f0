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
 * <p>As in the kernel an update does not write into the value that is there but puts another in its
 * place: a program that holds the old one goes on seeing what was in it, until the memory is used
 * again. Values per processor are written where they are.
 *
 * <p>The kernel's LRU forgets entries in batches, approximately, and before it is full, for each
 * processor keeps some room to itself; this one forgets exactly the entry that was looked up by a
 * program, or changed, least recently, and only when full. Its order of keys is its own, as the
 * kernel's follows from a random seed.
 */
public final class HashedMap extends EngineMap {
  private static final int NONE = KeyTable.NONE;

  private final KeyTable table;
  private final boolean forgets;
  private final boolean replaces;

  // For one that forgets: a ring of numbers, the most recently used first.
  private int[] newer = new int[0];
  private int[] older = new int[0];
  private int newest = NONE;
  private int oldest = NONE;

  /** An empty map. */
  public HashedMap(Machine machine, MapInfo shape, int lock) {
    super(machine, shape, new byte[0], strideOf(shape.valueSize()), lock);
    forgets = shape.type() == MapType.LRU_HASH || shape.type() == MapType.LRU_PERCPU_HASH;
    replaces = shape.type() == MapType.HASH || shape.type() == MapType.LRU_HASH;
    table = new KeyTable(shape.keySize(), shape.maxEntries());
    makeRoom(table.capacity());
  }

  private void makeRoom(int capacity) {
    byte[] moreValues = Arrays.copyOf(values, Math.multiplyExact(capacity, stride()));
    if (forgets) {
      int[] moreNewer = Arrays.copyOf(newer, capacity);
      older = Arrays.copyOf(older, capacity);
      newer = moreNewer;
    }
    values = moreValues;
  }

  /** Whether there is room for one more value, or could be made. */
  private boolean hasRoom() {
    int needed = table.neededCapacity();
    if (needed == table.capacity()) {
      return true;
    }
    if ((long) needed * Math.max(stride(), keySize()) > MOST_BYTES) {
      return false;
    }
    try {
      makeRoom(needed);
      table.grow(needed);
      return true;
    } catch (OutOfMemoryError _) {
      return false; // what became longer is only not used yet
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
      copyOut(number * stride(), out);
    }
    return number >= 0;
  }

  @Override
  public int update(byte[] keys, int keyAt, byte[] newValues, int valueAt, long flags) {
    long mode = modeOf(flags);
    if (mode < 0) {
      return Results.EINVAL;
    }
    int number = table.find(keys, keyAt);
    if (number >= 0) {
      return mode == Results.CREATE
          ? Results.EEXIST
          : change(number, newValues, valueAt, mode != flags);
    }
    if (mode == Results.CHANGE) {
      return Results.ENOENT;
    }
    if (table.isFull()) {
      if (!forgets) {
        return Results.E2BIG;
      }
      remove(oldest);
    }
    if (!hasRoom()) {
      return Results.ENOMEM;
    }
    number = table.add(keys, keyAt);
    if (forgets) {
      linkNewest(number);
    }
    copyIn(newValues, valueAt, number * stride());
    return Results.DONE;
  }

  /** {@code BPF_F_LOCK} changes the value that is there. */
  private int change(int number, byte[] newValues, int valueAt, boolean locked) {
    int place = number;
    if (replaces && !locked) {
      if (!hasRoom()) {
        return Results.ENOMEM;
      }
      if (forgets) {
        unlink(number);
      }
      place = table.replace(number);
      if (forgets) {
        linkNewest(place);
      }
    } else if (forgets) {
      touch(number);
    }
    copyIn(newValues, valueAt, place * stride());
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
    int number = known == NONE ? table.first() : table.after(known);
    if (number < 0) {
      return Results.ENOENT;
    }
    table.copyKey(number, next);
    return Results.DONE;
  }

  /** {@code bpf_for_each_hash_elem}: the next key of a chain is chosen before the visit. */
  @Override
  public long forEach(byte[] key, Visitor visitor) {
    long visits = 0;
    for (int chain = 0; chain < table.chains(); chain++) {
      int number = table.firstOf(chain);
      while (number != NONE && table.isUsed(number) && table.chainOf(number) == chain) {
        int next = table.nextOf(number);
        table.copyKey(number, key);
        visits++;
        if (!visitor.visit(number * stride())) {
          return visits;
        }
        number = next;
      }
    }
    return visits;
  }
}
