package dev.sluice.engine.map;

import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import org.jspecify.annotations.Nullable;

/** A map without entries that a key finds: what it can do, its own methods say. */
abstract class KeylessMap extends EngineMap {
  KeylessMap(Machine machine, MapInfo shape, byte[] values, int stride) {
    super(machine, shape, values, stride, NO_LOCK);
  }

  @Override
  public int find(byte[] keys, int at) {
    return -1;
  }

  @Override
  public boolean read(byte[] key, byte[] out) {
    return false;
  }

  @Override
  public int update(byte[] keys, int keyAt, byte[] newValues, int valueAt, long flags) {
    return Results.ENOTSUPP;
  }

  @Override
  public int delete(byte[] keys, int at) {
    return Results.ENOTSUPP;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    return Results.ENOTSUPP;
  }
}
