package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.BpfMap.UpdateMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random operations of the host on a map of the kernel and one of the engine: the same answers, and
 * error numbers. {@code -Dsluice.operations=NUMBER} says how many for each kind of map, {@code
 * -Dsluice.seed=NUMBER} which.
 */
@Tag("datapath.differences")
class MapDifferenceTest {
  private static final int OPERATIONS = Integer.getInteger("sluice.operations", 400);

  /** A map is made anew after so many operations. */
  private static final int LIFETIME = 60;

  private static final UpdateMode[] MODES = UpdateMode.values();

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

  /** What is compared. Few entries, so that maps are full and keys come again. */
  enum Kind {
    HASH(MapSpec.of("map", MapType.HASH, 4, 4, 5)),
    SPARSE_HASH(MapSpec.of("map", MapType.HASH, 5, 12, 5, MapFlag.NO_PREALLOC)),
    LONG_KEYS(MapSpec.of("map", MapType.HASH, 16, 1, 5)),
    ARRAY(MapSpec.of("map", MapType.ARRAY, 4, 12, 5)),
    ONE_PER_PROCESSOR(MapSpec.of("map", MapType.PERCPU_HASH, 4, 12, 5)),
    ARRAY_PER_PROCESSOR(MapSpec.of("map", MapType.PERCPU_ARRAY, 4, 4, 5)),
    // Room enough that nothing is forgotten: the kernel forgets early and at its own choice.
    FORGETFUL(MapSpec.of("map", MapType.LRU_HASH, 4, 4, 1000)),
    FORGETFUL_PER_PROCESSOR(MapSpec.of("map", MapType.LRU_PERCPU_HASH, 4, 4, 1000)),
    PREFIXES(MapSpec.of("map", MapType.LPM_TRIE, 6, 4, 8, MapFlag.NO_PREALLOC)),
    QUEUE(MapSpec.of("map", MapType.QUEUE, 0, 4, 5)),
    STACK(MapSpec.of("map", MapType.STACK, 0, 4, 5)),
    PROGRAMS(MapSpec.of("map", MapType.PROG_ARRAY, 4, 4, 5)),
    EVENTS(MapSpec.of("map", MapType.PERF_EVENT_ARRAY, 4, 4, 5)),
    RING(MapSpec.of("map", MapType.RINGBUF, 0, 0, 4096)),
    MAPS(MapSpec.ofMaps("map", MapType.ARRAY_OF_MAPS, inner(), 5)),
    HASHED_MAPS(MapSpec.ofMaps("map", MapType.HASH_OF_MAPS, inner(), 5)),
    RESIZABLE_MAPS(MapSpec.ofMaps("map", MapType.ARRAY_OF_MAPS, inner(MapFlag.INNER_MAP), 5)),
    READ_ONLY(MapSpec.of("map", MapType.ARRAY, 4, 4, 5, MapFlag.RDONLY)),
    READ_ONLY_QUEUE(MapSpec.of("map", MapType.QUEUE, 0, 4, 5, MapFlag.RDONLY)),
    WRITE_ONLY(MapSpec.of("map", MapType.HASH, 4, 4, 5, MapFlag.WRONLY)),
    WRITE_ONLY_QUEUE(MapSpec.of("map", MapType.QUEUE, 0, 4, 5, MapFlag.WRONLY)),
    OF_PROGRAMS_ONLY(MapSpec.of("map", MapType.HASH, 4, 4, 5, MapFlag.WRONLY_PROG));

    @SuppressWarnings("ImmutableEnumChecker") // a record that nobody changes
    private final MapSpec spec;

    Kind(MapSpec spec) {
      this.spec = spec;
    }

    private static MapSpec inner(MapFlag... flags) {
      return MapSpec.of("inner", MapType.ARRAY, 4, 4, 2, flags);
    }

    /** Whether the order of keys is the same on both: that of a hash follows from its seed. */
    boolean isOrdered() {
      return switch (spec.type()) {
        case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, HASH_OF_MAPS -> false;
        default -> true;
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theEngineAnswersLikeTheKernel(Kind kind) {
    long seed = Long.getLong("sluice.seed", ThreadLocalRandom.current().nextLong(1_000_000_000));
    Random random = new Random(seed);
    int done = 0;
    while (done < OPERATIONS) {
      try (MapSide real = new MapSide(kernel.datapath(), kind.spec);
          MapSide ours = new MapSide(engine, kind.spec)) {
        Run run = new Run(kind, random, real, ours);
        for (int i = 0; i < LIFETIME; i++) {
          run.step("seed " + seed + ", operation " + done++ + ": ");
        }
      }
    }
  }

  /** Two maps that are told the same. */
  private record Run(Kind kind, Random random, MapSide kernel, MapSide engine) {
    private void does(String what, Function<MapSide, String> operation) {
      assertThat(operation.apply(engine)).as(what).isEqualTo(operation.apply(kernel));
    }

    private byte[] key() {
      byte[] key = new byte[kind.spec.keySize()];
      ByteBuffer into = ByteBuffer.wrap(key).order(ByteOrder.nativeOrder());
      if (kind.spec.type() == MapType.LPM_TRIE) {
        into.putInt(random.nextInt(30) == 0 ? 17 : random.nextInt(17));
        into.put((byte) (random.nextInt(4) << 6 | random.nextInt(2)));
        into.put((byte) random.nextInt());
      } else if (key.length > 0) {
        into.putInt(random.nextInt(30) == 0 ? -1 : random.nextInt(8));
        for (int i = 4; i < key.length; i++) {
          key[i] = (byte) random.nextInt(2);
        }
      }
      return key;
    }

    private byte[] value() {
      byte[] value = new byte[kind.spec.valueSize()];
      random.nextBytes(value);
      return value;
    }

    private UpdateMode mode() {
      return random.nextInt(3) > 0 ? UpdateMode.ANY : MODES[random.nextInt(MODES.length)];
    }

    void step(String where) {
      byte[] key = key();
      String of = where + HexFormat.of().formatHex(key) + " ";
      switch (random.nextInt(12)) {
        case 0, 1 -> does(of + "lookup", side -> side.lookup(key));
        case 2, 3, 4, 5 -> {
          byte[] value = value();
          UpdateMode mode = mode();
          does(of + "update " + mode, side -> side.update(key, value, mode));
        }
        case 6, 7 -> does(of + "delete", side -> side.delete(key));
        case 8 -> does(of + "lookup and delete", side -> side.lookupAndDelete(key));
        case 9 -> next(of, random.nextInt(4) == 0 ? null : key);
        case 10 -> many(where);
        default -> {
          if (random.nextInt(30) == 0) {
            does(where + "freeze", MapSide::freeze);
          }
        }
      }
      does(of + "and then contents", MapSide::contents);
      if (kind.isOrdered()) {
        does(of + "and then order", MapSide::order);
      }
    }

    private void next(String of, byte @Nullable [] key) {
      if (kind.isOrdered()) {
        does(of + (key == null ? "first key" : "next key"), side -> side.nextKey(key));
      }
    }

    private void many(String where) {
      List<byte[]> keys = new ArrayList<>();
      List<byte[]> values = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        keys.add(key());
        values.add(value());
      }
      UpdateMode mode = mode();
      if (random.nextBoolean()) {
        does(where + "update many", side -> side.updateAll(keys, values, mode));
      } else {
        does(where + "delete many", side -> side.deleteAll(keys));
      }
    }
  }
}
