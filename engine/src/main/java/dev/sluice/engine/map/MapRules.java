package dev.sluice.engine.map;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Unsupported;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which maps can be made: the {@code map_alloc_check} functions of the kernel's map types, with its
 * limits on x86-64. What {@link MapSpec} refuses itself is not looked at again.
 */
final class MapRules {
  /** {@code BPF_F_ACCESS_MASK}. */
  private static final Set<MapFlag> ACCESS =
      EnumSet.of(MapFlag.RDONLY, MapFlag.WRONLY, MapFlag.RDONLY_PROG, MapFlag.WRONLY_PROG);

  /** Bytes that the kernel's allocator has in one piece ({@code KMALLOC_MAX_SIZE}). */
  private static final int MOST_ALLOCATED = 4 << 20;

  /** {@code sizeof(struct htab_elem)}. */
  private static final int HASH_ELEMENT = 48;

  /** Bytes of a value for each processor ({@code PCPU_MIN_UNIT_SIZE}). */
  private static final int MOST_PER_PROCESSOR = 32 << 10;

  /** {@code LPM_VAL_SIZE_MAX}: less the longest prefix and a node. */
  private static final int MOST_PREFIX_VALUE = MOST_ALLOCATED - 256 - 24;

  /** Bytes that a map may take: arrays in Java are not longer. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 64L;

  private MapRules() {}

  /**
   * Makes sure that a map can be made, and the one that shows the shape of its maps.
   *
   * @throws KernelRejected with the kernel's error number if the kernel would refuse it, or {@code
   *     E2BIG} if it is too large for the engine
   * @throws Unsupported if the engine has no maps of this type
   */
  static void check(MapSpec spec) {
    checkFlags(spec);
    checkSizes(spec);
    checkMemory(spec);
    MapSpec inner = spec.innerMap();
    if (inner != null) {
      check(inner);
      checkInner(spec, inner);
    }
  }

  /** The flags that a type takes. */
  private static Set<MapFlag> allowed(MapType type) {
    return switch (type) {
      case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, HASH_OF_MAPS ->
          with(
              ACCESS,
              MapFlag.NUMA_NODE,
              MapFlag.NO_PREALLOC,
              MapFlag.NO_COMMON_LRU,
              MapFlag.ZERO_SEED);
      case ARRAY -> with(ACCESS, MapFlag.NUMA_NODE, MapFlag.MMAPABLE, MapFlag.INNER_MAP);
      case PERCPU_ARRAY -> ACCESS;
      case PROG_ARRAY, ARRAY_OF_MAPS ->
          EnumSet.of(MapFlag.RDONLY, MapFlag.WRONLY, MapFlag.NUMA_NODE);
      case PERF_EVENT_ARRAY ->
          EnumSet.of(MapFlag.RDONLY, MapFlag.WRONLY, MapFlag.NUMA_NODE, MapFlag.PRESERVE_ELEMS);
      case LPM_TRIE -> with(ACCESS, MapFlag.NUMA_NODE, MapFlag.NO_PREALLOC);
      case QUEUE, STACK -> with(ACCESS, MapFlag.NUMA_NODE);
      case RINGBUF -> EnumSet.of(MapFlag.NUMA_NODE);
      default -> throw unsupported(type);
    };
  }

  private static Set<MapFlag> with(Set<MapFlag> flags, MapFlag... more) {
    EnumSet<MapFlag> all = EnumSet.copyOf(flags);
    Collections.addAll(all, more);
    return all;
  }

  private static boolean has(MapSpec spec, MapFlag flag) {
    return spec.flags().contains(flag);
  }

  private static void checkFlags(MapSpec spec) {
    MapType type = spec.type();
    Set<MapFlag> allowed = allowed(type);
    for (MapFlag flag : spec.flags()) {
      if (!allowed.contains(flag)) {
        throw refused(spec, "maps of type " + type.kernelName() + " do not take " + flag.text());
      }
    }
    if (has(spec, MapFlag.RDONLY) && has(spec, MapFlag.WRONLY)
        || has(spec, MapFlag.RDONLY_PROG) && has(spec, MapFlag.WRONLY_PROG)) {
      throw refused(spec, "a map is not read-only and write-only at once");
    }
    boolean forgets = type == MapType.LRU_HASH || type == MapType.LRU_PERCPU_HASH;
    if (has(spec, MapFlag.NO_COMMON_LRU) && !forgets) {
      throw refused(spec, "no_common_lru is for maps that forget");
    }
    if (has(spec, MapFlag.NO_PREALLOC) && forgets) {
      throw refused(spec, Results.ENOTSUPP, "a map that forgets takes its memory at once");
    }
    if (has(spec, MapFlag.NUMA_NODE)
        && (type == MapType.PERCPU_HASH
            || type == MapType.LRU_PERCPU_HASH
            || has(spec, MapFlag.NO_COMMON_LRU))) {
      throw refused(spec, "what each processor has is not on one memory node");
    }
  }

  private static void checkSizes(MapSpec spec) {
    switch (spec.type()) {
      case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, HASH_OF_MAPS -> {
        long entry = (long) spec.keySize() + spec.valueSize();
        if (entry >= MOST_ALLOCATED - HASH_ELEMENT) {
          throw refused(spec, Results.E2BIG, "an entry of " + entry + " bytes is too large");
        }
      }
      case QUEUE, STACK -> {
        if (spec.valueSize() > MOST_ALLOCATED) {
          throw refused(spec, Results.E2BIG, "a value has at most " + MOST_ALLOCATED + " bytes");
        }
      }
      case LPM_TRIE -> {
        if (spec.valueSize() > MOST_PREFIX_VALUE) {
          throw refused(spec, "a value has at most " + MOST_PREFIX_VALUE + " bytes");
        }
      }
      case PERF_EVENT_ARRAY -> {
        if (EngineMaps.entries(spec) == 0) {
          throw refused(spec, "it has no entries");
        }
      }
      default -> {}
    }
    if (spec.type().isPerCpu() && spec.valueSize() > MOST_PER_PROCESSOR) {
      throw refused(
          spec, Results.E2BIG, "each processor has at most " + MOST_PER_PROCESSOR + " bytes");
    }
  }

  /** Maps that take memory as they grow are refused that only when they do. */
  private static void checkMemory(MapSpec spec) {
    if (has(spec, MapFlag.NO_PREALLOC)) {
      return;
    }
    long bytes =
        switch (spec.type()) {
          case RINGBUF -> 2L * spec.maxEntries();
          case PROG_ARRAY, ARRAY_OF_MAPS, HASH_OF_MAPS, PERF_EVENT_ARRAY ->
              8L * EngineMaps.entries(spec);
          default ->
              ((long) EngineMap.strideOf(spec.valueSize()) + spec.keySize()) * spec.maxEntries();
        };
    if (bytes > MOST_BYTES) {
      throw refused(
          spec,
          Results.E2BIG,
          "%d entries of %d and %d bytes are too much memory"
              .formatted(spec.maxEntries(), spec.keySize(), spec.valueSize()));
    }
  }

  /** {@code bpf_map_meta_alloc}. */
  private static void checkInner(MapSpec spec, MapSpec inner) {
    if (inner.type().holdsMaps()) {
      throw refused(spec, "maps in it hold no maps themselves");
    }
    if (inner.type() == MapType.PROG_ARRAY) {
      throw refused(spec, Results.ENOTSUPP, "it cannot hold maps of type prog_array");
    }
  }

  /** {@code map_check_btf}: which maps have a lock in their values. */
  static void checkLocked(MapSpec spec) {
    if (has(spec, MapFlag.RDONLY_PROG) || has(spec, MapFlag.WRONLY_PROG)) {
      throw refused(spec, Results.EACCES, "programs must read and write values with a lock");
    }
    if (spec.type() != MapType.HASH && spec.type() != MapType.ARRAY) {
      throw refused(spec, Results.EOPNOTSUPP, "only hash and array have values with a lock");
    }
  }

  static Unsupported unsupported(MapType type) {
    return new Unsupported("map type " + type.kernelName(), "the engine has no maps of this type");
  }

  private static KernelRejected refused(MapSpec spec, String rule) {
    return refused(spec, Results.EINVAL, rule);
  }

  static KernelRejected refused(MapSpec spec, int result, String rule) {
    return new KernelRejected(
        "make map " + spec.name() + " of type " + spec.type().kernelName(), -result, null, rule);
  }
}
