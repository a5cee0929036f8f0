package dev.sluice.engine.map;

import dev.sluice.bpf.MapType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Somebody's reference to a map of the engine. */
public final class OpenMap implements BpfMap {
  private final Machine machine;
  private final EngineMap map;
  private final boolean reads;
  private final boolean writes;
  private boolean open = true;

  /**
   * Takes over a reference of somebody outside.
   *
   * @param reads whether its holder may read
   * @param writes whether its holder may write
   */
  OpenMap(Machine machine, EngineMap map, boolean reads, boolean writes) {
    this.machine = machine;
    this.map = map;
    this.reads = reads;
    this.writes = writes;
  }

  /** The map, which must be open. */
  public EngineMap map() {
    if (!open) {
      throw new IllegalStateException(map + " is closed");
    }
    return map;
  }

  /** The engine's own class of a map. */
  public static EngineMap of(BpfMap map) {
    if (map instanceof OpenMap open) {
      return open.map();
    }
    throw new IllegalArgumentException(
        "map " + map.info().name() + " belongs to another datapath, not to the engine");
  }

  @Override
  public MapInfo info() {
    return map.info();
  }

  @Override
  public byte @Nullable [] lookup(byte[] key) {
    byte[] value = new byte[map.shape().hostValueSize()];
    return lookup(key, value) ? value : null;
  }

  @Override
  public boolean lookup(byte[] key, byte[] value) {
    checkKey(key);
    if (value.length < map.shape().hostValueSize()) {
      throw new IllegalArgumentException(
          map
              + " has values of "
              + map.shape().hostValueSize()
              + " bytes, no room in "
              + value.length);
    }
    synchronized (machine) {
      requireReading("look up in");
      if (map instanceof RingBuffer || map instanceof PerfEventArray) {
        throw refused("look up in", Results.ENOTSUPP, null);
      }
      return map().read(key, value);
    }
  }

  @Override
  public void update(byte[] key, byte[] value, UpdateMode mode) {
    checkKey(key);
    checkValue(value);
    synchronized (machine) {
      check("update", write(key, value, mode));
    }
  }

  private int write(byte[] key, byte[] value, UpdateMode mode) {
    requireWriting("update");
    return map().write(key, value, mode.ordinal());
  }

  @Override
  public boolean delete(byte[] key) {
    checkKey(key);
    synchronized (machine) {
      requireWriting("delete from");
      int result = map().delete(key, 0);
      if (result == Results.ENOENT) {
        return false;
      }
      check("delete from", result);
      return true;
    }
  }

  @Override
  public byte @Nullable [] lookupAndDelete(byte[] key) {
    checkKey(key);
    synchronized (machine) {
      requireReading("delete from");
      requireWriting("delete from");
      byte[] value = new byte[map.shape().hostValueSize()];
      if (map instanceof QueueMap queue) {
        return queue.peek(value, 0, true) == Results.DONE ? value : null;
      }
      return lookup(key, value) && delete(key) ? value : null;
    }
  }

  @Override
  public byte @Nullable [] nextKey(byte @Nullable [] key) {
    if (key != null) {
      checkKey(key);
    }
    byte[] next = new byte[map.keySize()];
    synchronized (machine) {
      requireReading("walk over");
      int result = map().nextKey(key, next);
      if (result == Results.ENOENT) {
        return null;
      }
      check("walk over", result);
      return next;
    }
  }

  @Override
  public void forEach(BiConsumer<byte[], byte[]> consumer) {
    byte[] key = nextKey(null);
    while (key != null) {
      byte[] next = nextKey(key); // before the consumer may delete the key
      byte[] value = lookup(key);
      if (value != null) {
        consumer.accept(key, value);
      }
      key = next;
    }
  }

  @Override
  public int updateAll(List<Entry> entries, UpdateMode mode) {
    for (Entry entry : entries) {
      checkKey(entry.key());
      checkValue(entry.value());
    }
    synchronized (machine) {
      int done = 0;
      for (Entry entry : entries) {
        int result = write(entry.key(), entry.value(), mode);
        if (result != Results.DONE) {
          throw refused(
              "update",
              result,
              "entry " + (done + 1) + " of " + entries.size() + "; those before it are in the map");
        }
        done++;
      }
      return done;
    }
  }

  @Override
  public int deleteAll(List<byte[]> keys) {
    keys.forEach(this::checkKey);
    synchronized (machine) {
      int removed = 0;
      for (byte[] key : keys) {
        removed += delete(key) ? 1 : 0;
      }
      return removed;
    }
  }

  @Override
  public void freeze() {
    synchronized (machine) {
      if (map().lock() != EngineMap.NO_LOCK) {
        throw refused("freeze", Results.ENOTSUPP, null);
      }
      if (!writes || map.isFrozen()) {
        throw new KernelRejected(
            "freeze " + this,
            Errno.EPERM.number(),
            null,
            "it is frozen already, or was opened for reading only");
      }
      map.freeze();
    }
  }

  @Override
  public void pin(Path path) {
    synchronized (machine) {
      machine.pins().pin(map(), path);
    }
  }

  @Override
  public void close() {
    synchronized (machine) {
      if (open) {
        open = false;
        map.releaseUser();
      }
    }
  }

  /** {@code map_get_sys_perms}. */
  private void requireReading(String verb) {
    if (!reads) {
      throw refused(verb, Results.EPERM, null);
    }
  }

  private void requireWriting(String verb) {
    if (!writes || map().isFrozen()) {
      throw refused(verb, Results.EPERM, null);
    }
  }

  private void checkKey(byte[] key) {
    if (key.length != map.keySize()) {
      throw new IllegalArgumentException(
          map + " has keys of " + map.keySize() + " bytes, not " + key.length);
    }
  }

  private void checkValue(byte[] value) {
    if (value.length != map.shape().hostValueSize()) {
      throw new IllegalArgumentException(
          map + " has values of " + map.shape().hostValueSize() + " bytes, not " + value.length);
    }
  }

  private void check(String verb, int result) {
    if (result < 0) {
      throw refused(verb, result, null);
    }
  }

  /** The exception for a refused operation, with the rule where the error number tells it. */
  private KernelRejected refused(String verb, int result, @Nullable String state) {
    int number = -result;
    Errno errno = Errno.of(number);
    MapType type = map.type();
    String rule =
        errno == null
            ? "maps of type " + type.kernelName() + " do not have this operation"
            : switch (errno) {
              case E2BIG ->
                  type == MapType.ARRAY || type == MapType.PERCPU_ARRAY
                      ? "the index is not below " + map.shape().maxEntries()
                      : "the map is full: " + map.shape().maxEntries() + " entries";
              case ENOSPC -> "the map is full: " + map.shape().maxEntries() + " entries";
              case EEXIST -> "the key is there already";
              case ENOENT -> "the key is not there";
              case EPERM -> "the map is frozen, or was made or opened without this access";
              case EINVAL ->
                  "maps of type " + type.kernelName() + " do not take this key or operation";
              case EOPNOTSUPP ->
                  "maps of type " + type.kernelName() + " do not have this operation";
              case EBADF -> "the value is not a reference to what the map holds";
              default -> null;
            };
    String both = rule == null ? state : state == null ? rule : rule + " (" + state + ")";
    return new KernelRejected(verb + " " + map, number, null, both);
  }

  @Override
  public String toString() {
    return map.toString();
  }
}
