package dev.sluice.engine.map;

import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.vm.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * An array ({@code kernel/bpf/arraymap.c}): all entries are there from the start, and none can be
 * removed. Also the one with a value per processor: a machine has one.
 *
 * <p>The value of an index below {@link #entries} is at {@code index * stride()}, for ever.
 */
public final class ArrayMap extends EngineMap {
  private final int entries;

  /** An array of zeros. */
  public ArrayMap(Machine machine, MapInfo shape, int lock) {
    super(
        machine,
        shape,
        new byte[Math.multiplyExact(shape.maxEntries(), strideOf(shape.valueSize()))],
        strideOf(shape.valueSize()),
        lock);
    entries = shape.maxEntries();
  }

  /** How many entries it has. */
  public int entries() {
    return entries;
  }

  @Override
  public int find(byte[] keys, int at) {
    int index = GuestMemory.getInt(keys, at);
    return Integer.compareUnsigned(index, entries) < 0 ? index * stride() : -1;
  }

  @Override
  public int update(byte[] keys, int keyAt, byte[] newValues, int valueAt, long flags) {
    long mode = modeOf(flags);
    if (mode < 0) {
      return Results.EINVAL;
    }
    int at = find(keys, keyAt);
    if (at < 0) {
      return Results.E2BIG;
    }
    if (mode == Results.CREATE) {
      return Results.EEXIST;
    }
    copyIn(newValues, valueAt, at);
    return Results.DONE;
  }

  @Override
  public int delete(byte[] keys, int at) {
    return Results.EINVAL;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    return nextIndex(key, next, entries);
  }

  /** {@code bpf_for_each_array_elem}. */
  @Override
  public long forEach(byte[] key, Visitor visitor) {
    for (int index = 0; index < entries; index++) {
      GuestMemory.putInt(key, 0, index);
      if (!visitor.visit(index * stride())) {
        return index + 1L;
      }
    }
    return entries;
  }

  /** {@code array_map_get_next_key}: an index that is none is followed by the first. */
  static int nextIndex(byte @Nullable [] key, byte[] next, int entries) {
    int index = key == null ? -1 : GuestMemory.getInt(key, 0);
    if (Integer.compareUnsigned(index, entries) >= 0) {
      GuestMemory.putInt(next, 0, 0);
      return Results.DONE;
    }
    if (index == entries - 1) {
      return Results.ENOENT;
    }
    GuestMemory.putInt(next, 0, index + 1);
    return Results.DONE;
  }
}
