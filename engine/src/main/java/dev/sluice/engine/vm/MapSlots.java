package dev.sluice.engine.vm;

import dev.sluice.engine.map.EngineMap;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The maps that addresses can name, by slot. A slot is used again once its map is gone. */
public final class MapSlots {
  private @Nullable EngineMap[] maps = new @Nullable EngineMap[16];
  private final BitSet used = new BitSet();

  /** Gives a map a slot. */
  public int add(EngineMap map) {
    int slot = used.nextClearBit(0);
    if (slot == maps.length) {
      maps = Arrays.copyOf(maps, 2 * slot);
    }
    used.set(slot);
    maps[slot] = map;
    return slot;
  }

  /** Frees a slot. */
  public void remove(int slot) {
    used.clear(slot);
    maps[slot] = null;
  }

  /** The map in a slot; null if there is none. */
  public @Nullable EngineMap find(int slot) {
    return slot >= 0 && slot < maps.length ? maps[slot] : null;
  }
}
