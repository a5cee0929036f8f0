package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Pinning;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.MapInfo;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The engine makes the maps that the kernel makes, and refuses the others with the same error
 * number: every type with every pair of flags, with sizes at their limits, and as inner map.
 */
@Tag("datapath.differences")
class MapCreationDifferenceTest {
  /** Larger ones are made on neither side: they are too much for a test. */
  private static final long MOST_BYTES = 64 << 20;

  private static final MapSpec INNER = MapSpec.of("inner", MapType.ARRAY, 4, 4, 1);

  /** These name descriptors that a map is made with, which a specification does not have. */
  private static final Set<MapFlag> OF_DESCRIPTORS =
      EnumSet.of(MapFlag.PATH_FD, MapFlag.TOKEN_FD, MapFlag.VTYPE_BTF_OBJ_FD);

  private static final String UNSUPPORTED = "unsupported";

  private static KernelVerdict kernel;
  private static Datapath engine;

  @BeforeAll
  static void open() {
    kernel = KernelVerdict.open();
    engine = KernelVerdict.engine();
  }

  @AfterAll
  static void close() {
    if (kernel != null) {
      engine.close();
      kernel.close();
    }
  }

  @ParameterizedTest
  @EnumSource(MapType.class)
  void flags(MapType type) {
    List<MapFlag> flags = new ArrayList<>(EnumSet.complementOf(EnumSet.copyOf(OF_DESCRIPTORS)));
    List<MapSpec> specs = new ArrayList<>();
    for (MapFlag one : flags) {
      for (MapFlag other : flags) {
        specs.add(
            spec(type, keySize(type), valueSize(type), entries(type), EnumSet.of(one, other)));
      }
    }

    assertThat(differences(specs)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(MapType.class)
  void sizes(MapType type) {
    int most = 4 << 20;
    List<MapSpec> specs = new ArrayList<>();
    for (int key :
        new int[] {0, 1, 4, 5, 8, 260, 261, 511, 4096, most - 60, most - 40, most - 8, most}) {
      for (int value :
          new int[] {
            0,
            1,
            4,
            8,
            9,
            32760,
            32761,
            32768,
            32769,
            most - 400,
            most - 300,
            most - 260,
            most - 64,
            most - 60,
            most - 52,
            most - 48,
            most - 47,
            most - 8,
            most,
            most + 1,
            16 << 20
          }) {
        specs.add(spec(type, key, value, 1, EnumSet.noneOf(MapFlag.class)));
      }
    }
    for (int entries : new int[] {0, 1, 2, 3, 4096, 4097, 8192, 12288, 65536, 100_000}) {
      // Without a size a perf event array has an entry for each processor of the machine.
      if (entries > 0 || type != MapType.PERF_EVENT_ARRAY) {
        specs.add(
            spec(type, keySize(type), valueSize(type), entries, EnumSet.noneOf(MapFlag.class)));
      }
    }

    assertThat(differences(specs)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      names = {"ARRAY_OF_MAPS", "HASH_OF_MAPS"})
  void innerMaps(MapType type) {
    List<MapSpec> specs = new ArrayList<>();
    for (MapType innerType : MapType.values()) {
      for (MapFlag flag : EnumSet.of(MapFlag.NUMA_NODE, MapFlag.INNER_MAP, MapFlag.NO_PREALLOC)) {
        MapSpec inner =
            spec(
                innerType,
                keySize(innerType),
                valueSize(innerType),
                entries(innerType),
                EnumSet.of(flag));
        if (inner != null) {
          specs.add(MapSpec.ofMaps("outer", type, inner, 4));
        }
      }
    }

    assertThat(differences(specs)).isEmpty();
  }

  private static int keySize(MapType type) {
    return switch (type) {
      case QUEUE, STACK, BLOOM_FILTER, RINGBUF, USER_RINGBUF, ARENA -> 0;
      case LPM_TRIE -> 8;
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> 8;
      default -> 4;
    };
  }

  private static int valueSize(MapType type) {
    return switch (type) {
      case RINGBUF, USER_RINGBUF, ARENA -> 0;
      case STACK_TRACE -> 8;
      default -> 4;
    };
  }

  private static int entries(MapType type) {
    return switch (type) {
      case RINGBUF, USER_RINGBUF -> 4096;
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> 0;
      default -> 4;
    };
  }

  /** Null for what is no specification of a map. */
  private static @Nullable MapSpec spec(
      MapType type, int key, int value, int entries, EnumSet<MapFlag> flags) {
    if ((long) (key + value) * Math.max(1, entries) > MOST_BYTES) {
      return null;
    }
    if (type == MapType.LPM_TRIE) {
      flags.add(MapFlag.NO_PREALLOC);
    }
    try {
      return new MapSpec(
          "map",
          type,
          key,
          value,
          entries,
          flags,
          null,
          null,
          type.holdsMaps() ? INNER : null,
          Pinning.NONE);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static List<String> differences(List<? extends @Nullable MapSpec> specs) {
    List<String> differences = new ArrayList<>();
    for (MapSpec spec : specs) {
      if (spec == null) {
        continue;
      }
      String ours = made(engine, spec);
      if (ours.equals(UNSUPPORTED)) {
        continue;
      }
      String real = made(kernel.datapath(), spec);
      if (!ours.equals(real)) {
        differences.add("%s: engine %s, kernel %s".formatted(text(spec), ours, real));
      }
    }
    return differences;
  }

  private static String text(MapSpec spec) {
    MapSpec inner = spec.innerMap();
    return "%s key %d, value %d, entries %d, %s%s"
        .formatted(
            spec.type().kernelName(),
            spec.keySize(),
            spec.valueSize(),
            spec.maxEntries(),
            spec.flags(),
            inner == null ? "" : " of " + text(inner));
  }

  /**
   * The map's shape, or the error number. Types that the engine does not have are refused by name.
   */
  private static String made(Datapath datapath, MapSpec spec) {
    try (BpfMap map = datapath.maps().create(spec)) {
      MapInfo info = map.info();
      return "key %d, value %d, entries %d, flags %#x"
          .formatted(info.keySize(), info.valueSize(), info.maxEntries(), info.flags());
    } catch (KernelRejected e) {
      return "error " + e.errno();
    } catch (Unsupported _) {
      return UNSUPPORTED;
    }
  }
}
