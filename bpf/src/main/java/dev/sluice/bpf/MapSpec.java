package dev.sluice.bpf;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A map before it is created anywhere. The rules on sizes are those of the kernel's {@code
 * map_alloc_check} functions, so that most mistakes show here with their values instead of as a
 * bare {@code EINVAL}.
 *
 * @param name 1 to 15 characters of A-Z, a-z, 0-9, '_' and '.'
 * @param type how values are stored and found
 * @param keySize bytes; 0 for types without keys
 * @param valueSize bytes; 0 for ring buffers
 * @param maxEntries how many values fit, for a ring buffer how many bytes; 0 for types that have no
 *     such limit, and for a perf event array that gets one entry per processor
 * @param flags what it is created with
 * @param keyType what the key's bytes mean, if known
 * @param valueType what the value's bytes mean, if known
 * @param innerMap what the maps in it look like, if it holds maps
 * @param pinning whether it outlives the programs
 * @param contents what is in it from the start; only of an array with one value. With {@link
 *     MapFlag#RDONLY_PROG} nothing else will ever be in it: it is frozen ({@code BPF_MAP_FREEZE})
 * @param references what a map of maps or an array of programs holds from the start: names of maps
 *     or programs of the same object, by their index
 */
public record MapSpec(
    String name,
    MapType type,
    int keySize,
    int valueSize,
    int maxEntries,
    Set<MapFlag> flags,
    @Nullable TypeDescription keyType,
    @Nullable TypeDescription valueType,
    @Nullable MapSpec innerMap,
    Pinning pinning,
    @Nullable MapContents contents,
    Map<Integer, String> references) {
  /** Smallest and largest key of a prefix trie: 4 bytes of length and 1 to 256 of data. */
  private static final int MIN_PREFIX_KEY = 5;

  private static final int MAX_PREFIX_KEY = 260;

  /** A ring buffer's size is a multiple of the page size, which is at least this. */
  private static final int MIN_PAGE = 4096;

  /**
   * @throws IllegalArgumentException if the kernel would refuse the map on any machine
   */
  public MapSpec {
    ObjectName.check("map", name);
    flags = flags.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(flags));
    if (type == MapType.UNSPECIFIED) {
      throw new IllegalArgumentException("map '" + name + "' has no type");
    }
    require(keySize >= 0, name, type, "key size", keySize, "at least 0");
    require(valueSize >= 0, name, type, "value size", valueSize, "at least 0");
    require(maxEntries >= 0, name, type, "entries", maxEntries, "at least 0");
    checkSizes(name, type, keySize, valueSize, maxEntries);
    boolean allocates = flags.contains(MapFlag.NO_PREALLOC);
    if (type == MapType.LPM_TRIE && !allocates) {
      throw new IllegalArgumentException(
          "map '" + name + "' of type lpm_trie needs the flag no_prealloc (trie_alloc)");
    }
    if (type.holdsMaps() != (innerMap != null)) {
      throw new IllegalArgumentException(
          "map '%s' of type %s %s"
              .formatted(
                  name,
                  type.kernelName(),
                  innerMap == null ? "needs an inner map" : "can't have an inner map"));
    }
    checkType(name, type, "key", keyType, keySize);
    checkType(name, type, "value", valueType, valueSize);
    checkKeyKind(name, type, keyType);
    if (contents != null
        && (type != MapType.ARRAY || maxEntries != 1 || contents.length() != valueSize)) {
      throw new IllegalArgumentException(
          "map '%s' has contents of %d bytes: it must be an array with one value of that size"
              .formatted(name, contents.length()));
    }
    checkReferences(name, type, maxEntries, references);
    references = Collections.unmodifiableMap(new TreeMap<>(references));
  }

  private static void checkReferences(
      String name, MapType type, int maxEntries, Map<Integer, String> references) {
    for (int index : references.keySet()) {
      if (!type.holdsMaps() && type != MapType.PROG_ARRAY) {
        throw new IllegalArgumentException(
            "map '%s' of type %s can hold neither maps nor programs"
                .formatted(name, type.kernelName()));
      }
      require(
          index >= 0 && index < maxEntries, name, type, "a value at", index, "below " + maxEntries);
    }
  }

  /** A map that is empty, or zeros, at the start. */
  public MapSpec(
      String name,
      MapType type,
      int keySize,
      int valueSize,
      int maxEntries,
      Set<MapFlag> flags,
      @Nullable TypeDescription keyType,
      @Nullable TypeDescription valueType,
      @Nullable MapSpec innerMap,
      Pinning pinning) {
    this(
        name,
        type,
        keySize,
        valueSize,
        maxEntries,
        flags,
        keyType,
        valueType,
        innerMap,
        pinning,
        null,
        Map.of());
  }

  private static void checkSizes(
      String name, MapType type, int keySize, int valueSize, int maxEntries) {
    switch (type) {
      case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH -> {
        require(keySize >= 1, name, type, "key size", keySize, "at least 1");
        require(valueSize >= 1, name, type, "value size", valueSize, "at least 1");
        require(maxEntries >= 1, name, type, "entries", maxEntries, "at least 1");
      }
      case ARRAY, PERCPU_ARRAY -> {
        require(keySize == 4, name, type, "key size", keySize, "4");
        require(valueSize >= 1, name, type, "value size", valueSize, "at least 1");
        require(maxEntries >= 1, name, type, "entries", maxEntries, "at least 1");
      }
      case PROG_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS -> {
        require(keySize == 4, name, type, "key size", keySize, "4");
        require(valueSize == 4, name, type, "value size", valueSize, "4");
        require(maxEntries >= 1, name, type, "entries", maxEntries, "at least 1");
      }
      case PERF_EVENT_ARRAY -> {
        require(keySize == 4, name, type, "key size", keySize, "4");
        require(valueSize == 4, name, type, "value size", valueSize, "4");
      }
      case HASH_OF_MAPS -> {
        require(keySize >= 1, name, type, "key size", keySize, "at least 1");
        require(valueSize == 4, name, type, "value size", valueSize, "4");
        require(maxEntries >= 1, name, type, "entries", maxEntries, "at least 1");
      }
      case LPM_TRIE -> {
        require(
            keySize >= MIN_PREFIX_KEY && keySize <= MAX_PREFIX_KEY,
            name,
            type,
            "key size",
            keySize,
            "5 to 260: a prefix length of 4 bytes and the address");
        require(valueSize >= 1, name, type, "value size", valueSize, "at least 1");
        require(maxEntries >= 1, name, type, "entries", maxEntries, "at least 1");
      }
      case RINGBUF, USER_RINGBUF -> {
        require(keySize == 0, name, type, "key size", keySize, "0");
        require(valueSize == 0, name, type, "value size", valueSize, "0");
        require(
            maxEntries >= MIN_PAGE && Integer.bitCount(maxEntries) == 1,
            name,
            type,
            "entries",
            maxEntries,
            "a power of two of at least 4096: they are the bytes of the buffer");
      }
      case QUEUE, STACK, BLOOM_FILTER -> {
        require(keySize == 0, name, type, "key size", keySize, "0");
        require(valueSize >= 1, name, type, "value size", valueSize, "at least 1");
        require(maxEntries >= 1, name, type, "entries", maxEntries, "at least 1");
      }
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> {
        require(keySize == 4, name, type, "key size", keySize, "4");
        require(valueSize >= 1, name, type, "value size", valueSize, "at least 1");
        require(maxEntries == 0, name, type, "entries", maxEntries, "0");
      }
      default -> {
        // The rules of the other types depend on the machine; the kernel checks them.
      }
    }
  }

  private static void require(
      boolean condition, String name, MapType type, String what, int value, String expected) {
    if (!condition) {
      throw new IllegalArgumentException(
          "map '%s' of type %s has %s %d: it must be %s"
              .formatted(name, type.kernelName(), what, value, expected));
    }
  }

  private static void checkType(
      String name, MapType type, String what, @Nullable TypeDescription description, int size) {
    if (description != null && description.size() != size) {
      throw new IllegalArgumentException(
          "map '%s' of type %s has a %s of %d bytes but a %s type of %d"
              .formatted(name, type.kernelName(), what, size, what, description.size()));
    }
  }

  /** What {@code array_map_check_btf} and {@code trie_check_btf} want of a described key. */
  private static void checkKeyKind(
      String name, MapType type, @Nullable TypeDescription description) {
    if (description == null) {
      return;
    }
    TypeDescription key = description;
    boolean array = type == MapType.ARRAY || type == MapType.PERCPU_ARRAY;
    if (array && !(key instanceof TypeDescription.Int)) {
      throw new IllegalArgumentException(
          "map '" + name + "' of type " + type.kernelName() + " needs a plain integer as key type");
    }
    if (type == MapType.LPM_TRIE && !(key instanceof TypeDescription.Struct)) {
      throw new IllegalArgumentException(
          "map '" + name + "' of type lpm_trie needs a struct as key type");
    }
  }

  /** A map without types, inner map and pin. */
  public static MapSpec of(
      String name, MapType type, int keySize, int valueSize, int maxEntries, MapFlag... flags) {
    return new MapSpec(
        name,
        type,
        keySize,
        valueSize,
        maxEntries,
        Set.copyOf(Arrays.asList(flags)),
        null,
        null,
        null,
        Pinning.NONE);
  }

  /** A map whose sizes are those of its types. */
  public static MapSpec of(
      String name,
      MapType type,
      TypeDescription keyType,
      TypeDescription valueType,
      int maxEntries,
      MapFlag... flags) {
    return new MapSpec(
        name,
        type,
        keyType.size(),
        valueType.size(),
        maxEntries,
        Set.copyOf(Arrays.asList(flags)),
        keyType,
        valueType,
        null,
        Pinning.NONE);
  }

  /** The same map with another name. */
  public MapSpec withName(String newName) {
    return with(newName, maxEntries, pinning, contents, references);
  }

  /** The same map with another number of entries. */
  public MapSpec withMaxEntries(int entries) {
    return with(name, entries, pinning, contents, references);
  }

  /** The same map, pinned or not. */
  public MapSpec withPinning(Pinning newPinning) {
    return with(name, maxEntries, newPinning, contents, references);
  }

  /** The same map with contents from the start. */
  public MapSpec withContents(MapContents newContents) {
    return with(name, maxEntries, pinning, newContents, references);
  }

  /** The same map of maps or array of programs, with what it holds from the start. */
  public MapSpec withReferences(Map<Integer, String> newReferences) {
    return with(name, maxEntries, pinning, contents, newReferences);
  }

  /** The same map but for what may differ. */
  private MapSpec with(
      String newName,
      int entries,
      Pinning newPinning,
      @Nullable MapContents newContents,
      Map<Integer, String> newReferences) {
    return new MapSpec(
        newName,
        type,
        keySize,
        valueSize,
        entries,
        flags,
        keyType,
        valueType,
        innerMap,
        newPinning,
        newContents,
        newReferences);
  }

  /** A map of maps of this kind, with keys and values of 4 bytes. */
  public static MapSpec ofMaps(String name, MapType type, MapSpec innerMap, int maxEntries) {
    return new MapSpec(name, type, 4, 4, maxEntries, Set.of(), null, null, innerMap, Pinning.NONE);
  }

  /** The flags as the kernel takes them. */
  public int flagMask() {
    return MapFlag.mask(flags);
  }
}
