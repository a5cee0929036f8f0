package dev.sluice.engine.map;

import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.vm.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * An array ({@code kernel/bpf/arraymap.c}): all entries are there from the start, and none can be
 * removed. Also the one with a value per processor: a machine has one.
 */
public final class ArrayMap extends EngineMap {
  /** An array of zeros. */
  public ArrayMap(Machine machine, MapInfo shape) {
    super(
        machine,
        shape,
        new byte[Math.multiplyExact(shape.maxEntries(), strideOf(shape.valueSize()))],
        strideOf(shape.valueSize()));
  }

  @Override
  public int find(byte[] keys, int at) {
    int index = GuestMemory.getInt(keys, at);
    return Integer.compareUnsigned(index, shape().maxEntries()) < 0 ? index * stride() : -1;
  }

  @Override
  public int update(byte[] keys, int keyAt, byte[] newValues, int valueAt, long flags) {
    if (flags < 0 || flags > Results.CHANGE) {
      return Results.EINVAL;
    }
    int at = find(keys, keyAt);
    if (at < 0) {
      return Results.E2BIG;
    }
    if (flags == Results.CREATE) {
      return Results.EEXIST;
    }
    System.arraycopy(newValues, valueAt, values, at, valueSize());
    return Results.DONE;
  }

  @Override
  public int delete(byte[] keys, int at) {
    return Results.EINVAL;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    return nextIndex(key, next, shape().maxEntries());
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
