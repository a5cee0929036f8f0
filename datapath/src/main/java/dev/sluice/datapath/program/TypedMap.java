package dev.sluice.datapath.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A map whose keys and values have a type.
 *
 * @param map the map; closing it is the caller's business
 * @param key turns keys into bytes
 * @param value turns values into bytes
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public record TypedMap<K, V>(BpfMap map, Codec<K> key, Codec<V> value) {
  /** Checks that the codecs fit the map. */
  public TypedMap {
    MapInfo info = map.info();
    if (key.size() != info.keySize()) {
      throw new IllegalArgumentException(
          "map " + info.name() + " has keys of " + info.keySize() + " bytes, not " + key.size());
    }
    if (value.size() != info.valueSize()) {
      throw new IllegalArgumentException(
          "map "
              + info.name()
              + " has values of "
              + info.valueSize()
              + " bytes, not "
              + value.size());
    }
  }

  /** The value of a key. Not for maps with a value for each CPU: see {@link #getPerCpu}. */
  public Optional<V> get(K k) {
    byte[] found = map.lookup(key.toBytes(k));
    return found == null ? Optional.empty() : Optional.of(value.fromBytes(found));
  }

  /** The values of a key, one for each possible CPU; empty if the key is not there. */
  public List<V> getPerCpu(K k) {
    byte[] found = map.lookup(key.toBytes(k));
    if (found == null) {
      return List.of();
    }
    int stride = (value.size() + 7) & ~7;
    List<V> values = new ArrayList<>(found.length / stride);
    ByteBuffer buffer = ByteBuffer.wrap(found).order(ByteOrder.nativeOrder());
    for (int at = 0; at + value.size() <= found.length; at += stride) {
      values.add(value.decode(buffer.position(at)));
    }
    return values;
  }

  /** Makes or changes an entry. */
  public void put(K k, V v) {
    map.update(key.toBytes(k), value.toBytes(v));
  }

  /** Removes an entry; false if it was not there. */
  public boolean remove(K k) {
    return map.delete(key.toBytes(k));
  }

  /** Hands over every entry. */
  public void forEach(BiConsumer<K, V> consumer) {
    map.forEach((k, v) -> consumer.accept(key.fromBytes(k), value.fromBytes(v)));
  }
}
