package dev.sluice.engine.map;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.vm.GuestMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An array or hash of maps ({@code kernel/bpf/map_in_map.c}). All its maps have the shape of the
 * one that it was made with. A program that looks one up gets the map itself.
 */
public final class MapOfMaps extends EngineMap {
  private final MapInfo inner;
  private final boolean indexed;
  private final KeyTable table;
  private @Nullable EngineMap[] maps;

  /**
   * A map without maps.
   *
   * @param inner the shape of its maps
   */
  public MapOfMaps(Machine machine, MapInfo shape, MapInfo inner) {
    super(machine, shape, new byte[0], 8, NO_LOCK);
    this.inner = inner;
    indexed = shape.type() == MapType.ARRAY_OF_MAPS;
    table = new KeyTable(shape.keySize(), shape.maxEntries());
    maps = new @Nullable EngineMap[indexed ? shape.maxEntries() : table.capacity()];
  }

  /** The shape that all its maps have. */
  public MapInfo inner() {
    return inner;
  }

  /** The map of a key, as a program looks it up; null if there is none. */
  public @Nullable EngineMap mapOf(byte[] keys, int at) {
    int place = place(keys, at);
    return place < 0 ? null : maps[place];
  }

  private int place(byte[] keys, int at) {
    if (!indexed) {
      return table.find(keys, at);
    }
    int index = GuestMemory.getInt(keys, at);
    return Integer.compareUnsigned(index, maps.length) < 0 ? index : -1;
  }

  @Override
  public int find(byte[] keys, int at) {
    return -1;
  }

  @Override
  public boolean read(byte[] key, byte[] out) {
    EngineMap map = mapOf(key, 0);
    if (map != null) {
      GuestMemory.putInt(out, 0, map.id());
    }
    return map != null;
  }

  /** Programs cannot write to it. */
  @Override
  public int update(byte[] keys, int keyAt, byte[] newValues, int valueAt, long flags) {
    return Results.EINVAL;
  }

  @Override
  public int write(byte[] key, byte[] value, long flags) {
    return indexed ? writeIndex(key, value, flags) : writeKey(key, value, flags);
  }

  /** {@code bpf_fd_array_map_update_elem}: the key is looked at first. */
  private int writeIndex(byte[] key, byte[] value, long flags) {
    if (flags != Results.ANY) {
      return Results.EINVAL;
    }
    int place = place(key, 0);
    if (place < 0) {
      return Results.E2BIG;
    }
    EngineMap map = referredTo(value);
    int result = admits(map);
    if (result == Results.DONE) {
      put(place, map);
    }
    return result;
  }

  /** {@code bpf_fd_htab_map_update_elem}: the map is looked at first. */
  private int writeKey(byte[] key, byte[] value, long flags) {
    EngineMap map = referredTo(value);
    int result = admits(map);
    if (result != Results.DONE) {
      return result;
    }
    int place = place(key, 0);
    if (place >= 0) {
      if (flags == Results.CREATE) {
        return Results.EEXIST;
      }
    } else {
      if (flags == Results.CHANGE) {
        return Results.ENOENT;
      }
      if (table.isFull()) {
        return Results.E2BIG;
      }
      int needed = table.neededCapacity();
      if (needed > table.capacity()) {
        maps = Arrays.copyOf(maps, needed);
        table.grow(needed);
      }
      place = table.add(key, 0);
    }
    put(place, map);
    return Results.DONE;
  }

  private @Nullable EngineMap referredTo(byte[] value) {
    return machine().maps().find(GuestMemory.getInt(value, 0)) instanceof EngineMap map
        ? map
        : null;
  }

  private int admits(@Nullable EngineMap map) {
    if (map == null) {
      return Results.EBADF;
    }
    return hasSameShape(map.shape()) ? Results.DONE : Results.EINVAL;
  }

  /** {@code bpf_map_meta_equal}, and {@code array_map_meta_equal} for arrays. */
  private boolean hasSameShape(MapInfo other) {
    boolean sizeCounts =
        inner.type() == MapType.ARRAY && (inner.flags() & MapFlag.INNER_MAP.mask()) == 0;
    return inner.type() == other.type()
        && inner.keySize() == other.keySize()
        && inner.valueSize() == other.valueSize()
        && inner.flags() == other.flags()
        && (!sizeCounts || inner.maxEntries() == other.maxEntries());
  }

  private void put(int place, @Nullable EngineMap map) {
    if (map != null) {
      map.acquire();
    }
    EngineMap old = maps[place];
    maps[place] = map;
    if (old != null) {
      old.release();
    }
  }

  @Override
  public int delete(byte[] keys, int at) {
    int place = place(keys, at);
    if (place < 0) {
      return indexed ? Results.E2BIG : Results.ENOENT;
    }
    if (maps[place] == null) {
      return Results.ENOENT;
    }
    put(place, null);
    if (!indexed) {
      table.remove(place);
    }
    return Results.DONE;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    if (indexed) {
      return ArrayMap.nextIndex(key, next, maps.length);
    }
    int known = key == null ? KeyTable.NONE : table.find(key, 0);
    int number = known == KeyTable.NONE ? table.first() : table.after(known);
    if (number < 0) {
      return Results.ENOENT;
    }
    table.copyKey(number, next);
    return Results.DONE;
  }

  @Override
  protected void dispose() {
    for (int place = 0; place < maps.length; place++) {
      put(place, null);
    }
    super.dispose();
  }
}
