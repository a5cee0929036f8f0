package dev.sluice.compiler.program;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map of keys to values. It is kept in a {@code static final} field, whose name in lower case is
 * the map's. On the JVM it holds what a test puts in; elsewhere it is a map of the datapath.
 *
 * @param <K> a number or a record of numbers, see {@link Layout}
 * @param <V> the same
 */
public final class Table<K, V> {
  private static final int ENOENT = -2;
  private static final int E2BIG = -7;
  private static final int EINVAL = -22;
  private static final int ENOSPC = -28;

  private final MapType type;
  private final Layout<K> keys;
  private final Layout<V> values;
  private final int entries;
  private final Map<ByteBuffer, byte[]> contents;

  private Table(MapType type, Class<K> key, Class<V> value, int entries) {
    this.type = type;
    this.entries = entries;
    keys = Layout.of(key);
    values = Layout.of(value);
    contents = new LinkedHashMap<>(16, 0.75f, type == MapType.LRU_HASH);
    if (isArray()) {
      for (int i = 0; i < entries; i++) {
        contents.put(ByteBuffer.wrap(keys.write(key.cast(i))), new byte[values.size()]);
      }
    }
  }

  /** Any keys, as many as there is room for. */
  public static <K, V> Table<K, V> hash(Class<K> key, Class<V> value, int entries) {
    return new Table<>(MapType.HASH, key, value, entries);
  }

  /** Any keys; where there is no room, those go that were not used for long. */
  public static <K, V> Table<K, V> lru(Class<K> key, Class<V> value, int entries) {
    return new Table<>(MapType.LRU_HASH, key, value, entries);
  }

  /** Keys 0 to one less than its entries, all of which are there, as zeros at first. */
  public static <V> Table<Integer, V> array(Class<V> value, int entries) {
    return new Table<>(MapType.ARRAY, Integer.class, value, entries);
  }

  /** As {@link #array}, with a value for each processor. */
  public static <V> Table<Integer, V> perCpuArray(Class<V> value, int entries) {
    return new Table<>(MapType.PERCPU_ARRAY, Integer.class, value, entries);
  }

  /** As {@link #hash}, with a value for each processor. */
  public static <K, V> Table<K, V> perCpuHash(Class<K> key, Class<V> value, int entries) {
    return new Table<>(MapType.PERCPU_HASH, key, value, entries);
  }

  /**
   * Prefixes, of which the longest that matches is found. The key is a record whose first component
   * is an {@code int}, the length of the prefix in bits; the rest should be {@link NetworkOrder}.
   */
  public static <K extends Record, V> Table<K, V> prefixes(
      Class<K> key, Class<V> value, int entries) {
    return new Table<>(MapType.LPM_TRIE, key, value, entries);
  }

  /** The value of a key as it is now; null if there is none. */
  public @Nullable V get(K key) {
    byte[] value = find(key);
    return value == null ? null : values.read(value);
  }

  /** The place of a key's value, to change it there; null if there is none. */
  public @Nullable Cell<V> cell(K key) {
    byte[] value = find(key);
    return value == null ? null : new Cell<>(values, value);
  }

  /**
   * Sets the value of a key.
   *
   * @return 0, −7 ({@code E2BIG}) if there is no room or no such key, −28 ({@code ENOSPC}) if there
   *     is no room for a prefix
   */
  public int put(K key, V value) {
    ByteBuffer bytes = ByteBuffer.wrap(keys.write(key));
    byte[] old = contents.get(bytes);
    if (old == null && isArray()) {
      return E2BIG;
    }
    if (old == null && contents.size() >= entries) {
      if (type != MapType.LRU_HASH) {
        return type == MapType.LPM_TRIE ? ENOSPC : E2BIG;
      }
      contents.remove(contents.keySet().iterator().next());
    }
    byte[] now = values.write(value);
    if (old != null && isArray()) {
      System.arraycopy(now, 0, old, 0, now.length);
    } else {
      contents.put(bytes, now);
    }
    return 0;
  }

  /**
   * Removes a key.
   *
   * @return 0, −2 ({@code ENOENT}) if there is none, −22 ({@code EINVAL}) for an array
   */
  public int remove(K key) {
    if (isArray()) {
      return EINVAL;
    }
    return contents.remove(ByteBuffer.wrap(keys.write(key))) == null ? ENOENT : 0;
  }

  /** On the JVM: hands over what it holds, keys and values as bytes. */
  public void forEach(BiConsumer<byte[], byte[]> consumer) {
    contents.forEach(
        (key, value) -> {
          byte[] bytes = new byte[keys.size()];
          key.get(0, bytes);
          consumer.accept(bytes, value.clone());
        });
  }

  /** Empties it, between tests; an array gets zeros. */
  public void clear() {
    if (isArray()) {
      contents.values().forEach(value -> Arrays.fill(value, (byte) 0));
    } else {
      contents.clear();
    }
  }

  /** What a key's bytes mean. */
  public Layout<K> keys() {
    return keys;
  }

  /** What a value's bytes mean. */
  public Layout<V> values() {
    return values;
  }

  /** The map of a datapath that this stands for, with the name of a field. */
  public MapSpec spec(String field) {
    return MapSpec.of(
        ObjectName.cut(field.toLowerCase(Locale.ROOT)),
        type,
        keys.description(),
        values.description(),
        entries,
        flags().toArray(new MapFlag[0]));
  }

  private Set<MapFlag> flags() {
    return type == MapType.LPM_TRIE ? Set.of(MapFlag.NO_PREALLOC) : Set.of();
  }

  private boolean isArray() {
    return type == MapType.ARRAY || type == MapType.PERCPU_ARRAY;
  }

  private byte @Nullable [] find(K key) {
    byte[] bytes = keys.write(key);
    return type == MapType.LPM_TRIE ? longest(bytes) : contents.get(ByteBuffer.wrap(bytes));
  }

  private byte @Nullable [] longest(byte[] key) {
    return contents.entrySet().stream()
        .filter(entry -> matches(entry.getKey().array(), key))
        .max(Comparator.comparingInt(entry -> length(entry.getKey().array())))
        .map(Map.Entry::getValue)
        .orElse(null);
  }

  private static int length(byte[] key) {
    return ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getInt(0);
  }

  private static boolean matches(byte[] prefix, byte[] key) {
    int bits = length(prefix);
    if (length(key) < bits) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int at = 4 + bit / 8;
      int mask = 0x80 >>> bit % 8;
      if (((prefix[at] ^ key[at]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
