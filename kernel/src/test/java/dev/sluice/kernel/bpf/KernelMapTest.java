package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.BpfMap.UpdateMode;
import dev.sluice.datapath.program.Codec;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TypedMap;
import dev.sluice.kernel.Await;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith({Root.class, FdLeaks.class})
class KernelMapTest {
  private final KernelMaps maps = new KernelMaps();

  private static byte[] u32(int value) {
    return Codec.U32.toBytes(value);
  }

  private static byte[] u64(long value) {
    return Codec.U64.toBytes(value);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"HASH", "LRU_HASH", "ARRAY", "PERCPU_HASH", "LRU_PERCPU_HASH", "PERCPU_ARRAY"})
  void storesValues(MapType type) {
    boolean array = type == MapType.ARRAY || type == MapType.PERCPU_ARRAY;
    try (BpfMap map = maps.create(MapSpec.of("m", type, 4, 8, 4))) {
      MapInfo info = map.info();
      assertThat(info.type()).isEqualTo(type);
      assertThat(info.name()).isEqualTo("m");
      int cpus = type.isPerCpu() ? Processors.possible() : 1;
      assertThat(info.hostValueSize()).isEqualTo(8 * cpus);
      byte[] value = new byte[info.hostValueSize()];
      for (int i = 0; i < value.length; i++) {
        value[i] = (byte) (i + 1);
      }
      assertThat(map.lookup(u32(1)) == null).isEqualTo(!array);
      map.update(u32(1), value);
      assertThat(map.lookup(u32(1))).isEqualTo(value);
      byte[] into = new byte[value.length];
      assertThat(map.lookup(u32(1), into)).isTrue();
      assertThat(into).isEqualTo(value);
      assertThat(map.lookup(u32(9), into)).isFalse();
      if (!array) {
        assertThat(map.delete(u32(1))).isTrue();
        assertThat(map.delete(u32(1))).isFalse();
        assertThat(map.lookup(u32(1))).isNull();
        map.update(u32(2), value);
        assertThat(map.lookupAndDelete(u32(2))).isEqualTo(value);
        assertThat(map.lookupAndDelete(u32(2))).isNull();
      }
    }
  }

  @Test
  void saysWhyAnUpdateIsRefused() {
    try (BpfMap hash = maps.create(MapSpec.of("h", MapType.HASH, 4, 8, 2));
        BpfMap array = maps.create(MapSpec.of("a", MapType.ARRAY, 4, 8, 2))) {
      hash.update(u32(1), u64(1), UpdateMode.CREATE);
      assertRefused(() -> hash.update(u32(1), u64(1), UpdateMode.CREATE), Errno.EEXIST, "already");
      assertRefused(
          () -> hash.update(u32(2), u64(1), UpdateMode.CHANGE), Errno.ENOENT, "not there");
      hash.update(u32(2), u64(2));
      assertRefused(() -> hash.update(u32(3), u64(3)), Errno.E2BIG, "the map is full: 2 entries");
      assertRefused(() -> array.update(u32(2), u64(3)), Errno.E2BIG, "the index is not below 2");
      assertRefused(() -> array.delete(u32(1)), Errno.EINVAL, "maps of type array");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> hash.update(new byte[3], u64(3)))
          .withMessageContaining("has keys of 4 bytes, not 3");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> hash.update(u32(1), new byte[3]))
          .withMessageContaining("has values of 8 bytes, not 3");
      hash.freeze();
      assertRefused(() -> hash.update(u32(1), u64(4)), Errno.EPERM, "frozen");
      assertRefused(hash::freeze, Errno.EPERM, "frozen already");
      assertThat(hash.lookup(u32(1))).isEqualTo(u64(1));
    }
  }

  private static void assertRefused(Runnable call, Errno errno, String words) {
    assertThatExceptionOfType(KernelRejected.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.is(errno)).as(e.getMessage()).isTrue())
        .satisfies(e -> assertThat(e.rule()).as(e.getMessage()).contains(words));
  }

  @Test
  void findsTheLongestPrefix() {
    MapSpec spec = MapSpec.of("routes", MapType.LPM_TRIE, 8, 4, 16, MapFlag.NO_PREALLOC);
    try (BpfMap map = maps.create(spec)) {
      map.update(prefix(8, 10, 0, 0, 0), u32(1));
      map.update(prefix(24, 10, 1, 2, 0), u32(2));
      assertThat(map.lookup(prefix(32, 10, 1, 2, 3))).isEqualTo(u32(2));
      assertThat(map.lookup(prefix(32, 10, 9, 9, 9))).isEqualTo(u32(1));
      assertThat(map.lookup(prefix(32, 11, 0, 0, 1))).isNull();
      assertThat(entries(map)).hasSize(2);
      assertThat(map.lookupAndDelete(prefix(24, 10, 1, 2, 0))).isEqualTo(u32(2));
      assertThat(map.lookup(prefix(32, 10, 1, 2, 3))).isEqualTo(u32(1));
    }
  }

  private static byte[] prefix(int length, int a, int b, int c, int d) {
    byte[] key = new byte[8];
    System.arraycopy(u32(length), 0, key, 0, 4);
    key[4] = (byte) a;
    key[5] = (byte) b;
    key[6] = (byte) c;
    key[7] = (byte) d;
    return key;
  }

  private static Map<List<Byte>, List<Byte>> entries(BpfMap map) {
    Map<List<Byte>, List<Byte>> entries = new HashMap<>();
    map.forEach((key, value) -> assertThat(entries.put(list(key), list(value))).isNull());
    return entries;
  }

  private static List<Byte> list(byte[] bytes) {
    List<Byte> list = new ArrayList<>();
    for (byte b : bytes) {
      list.add(b);
    }
    return list;
  }

  @ParameterizedTest
  @EnumSource(names = {"HASH", "PERCPU_HASH", "LPM_TRIE", "LRU_HASH"})
  void handlesManyEntriesAtOnce(MapType type) {
    boolean trie = type == MapType.LPM_TRIE;
    int n = 20_000;
    MapFlag[] flags = trie ? new MapFlag[] {MapFlag.NO_PREALLOC} : new MapFlag[0];
    try (BpfMap map = maps.create(MapSpec.of("many", type, 8, 100, 3 * n, flags))) {
      List<BpfMap.Entry> some = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        byte[] value = new byte[map.info().hostValueSize()];
        value[0] = (byte) i;
        some.add(new BpfMap.Entry(trie ? prefix(32, 1, i >> 16, i >> 8, i) : u64(i), value));
      }
      assertThat(map.updateAll(some, UpdateMode.ANY)).isEqualTo(n);
      assertThat(entries(map)).hasSize(n);
      assertThat(map.updateAll(some.subList(0, 100), UpdateMode.CHANGE)).isEqualTo(100);
      List<byte[]> keys = new ArrayList<>();
      keys.add(trie ? prefix(32, 9, 9, 9, 9) : u64(n + 1));
      for (int i = 0; i < n; i += 2) {
        keys.add(some.get(i).key());
      }
      keys.add(some.get(0).key());
      assertThat(map.deleteAll(keys)).isEqualTo(n / 2);
      assertThat(entries(map)).hasSize(n / 2);
    }
  }

  @Test
  void saysHowFarAnUpdateOfManyCame() {
    try (BpfMap map = maps.create(MapSpec.of("small", MapType.HASH, 4, 8, 3))) {
      List<BpfMap.Entry> some = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        some.add(new BpfMap.Entry(u32(i), u64(i)));
      }
      assertRefused(
          () -> map.updateAll(some, UpdateMode.ANY), Errno.E2BIG, "entry 4 of 5; those before it");
      assertThat(entries(map)).hasSize(3);
    }
  }

  @Test
  void walksOverArrays() {
    try (BpfMap map = maps.create(MapSpec.of("a", MapType.ARRAY, 4, 4, 1000))) {
      map.update(u32(999), u32(7));
      Map<List<Byte>, List<Byte>> found = entries(map);
      assertThat(found).hasSize(1000).containsEntry(list(u32(999)), list(u32(7)));
      assertThat(map.nextKey(null)).isEqualTo(u32(0));
      assertThat(map.nextKey(u32(998))).isEqualTo(u32(999));
      assertThat(map.nextKey(u32(999))).isNull();
    }
  }

  @Test
  void holdsMapsInMaps() {
    MapSpec inner = MapSpec.of("inner", MapType.HASH, 4, 4, 8);
    for (MapType type : List.of(MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS)) {
      try (BpfMap outer = maps.create(MapSpec.ofMaps("outer", type, inner, 4));
          BpfMap a = maps.create(inner);
          BpfMap wrong = maps.create(MapSpec.of("wrong", MapType.HASH, 4, 8, 8))) {
        outer.update(u32(2), KernelMap.value(a));
        assertThat(outer.lookup(u32(2))).isEqualTo(u32(a.info().id()));
        assertRefused(
            () -> outer.update(u32(1), KernelMap.value(wrong)), Errno.EINVAL, "do not take");
        assertThat(entries(outer)).containsValue(list(u32(a.info().id())));
        outer.delete(u32(2));
      }
    }
  }

  @Test
  void holdsProgramsForTailCalls() {
    KernelPrograms programs = new KernelPrograms(NetworkNamespace.current());
    try (BpfMap array = maps.create(MapSpec.of("jumps", MapType.PROG_ARRAY, 4, 4, 4));
        Program a = programs.load(TestPrograms.returning("a", 0), Map.of());
        Program x = programs.load(TestPrograms.returning("x", ProgramType.XDP, 2), Map.of())) {
      array.update(u32(1), KernelMap.value(a));
      assertThat(array.lookup(u32(1))).isEqualTo(u32(a.info().id()));
      assertThat(array.lookup(u32(0))).isNull();
      assertRefused(() -> array.update(u32(2), KernelMap.value(x)), Errno.EINVAL, "do not take");
      assertThat(array.delete(u32(1))).isTrue();
    }
  }

  @Test
  void makesBuffersForEvents() {
    try (BpfMap ring = maps.create(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 1 << 16));
        BpfMap perf = maps.create(MapSpec.of("perf", MapType.PERF_EVENT_ARRAY, 4, 4, 0))) {
      assertThat(ring.info().maxEntries()).isEqualTo(1 << 16);
      assertThat(perf.info().maxEntries()).isEqualTo(Processors.possible());
    }
  }

  @Test
  void queuesValues() {
    try (BpfMap queue = maps.create(MapSpec.of("q", MapType.QUEUE, 0, 8, 2))) {
      byte[] none = new byte[0];
      queue.update(none, u64(1));
      queue.update(none, u64(2));
      assertRefused(() -> queue.update(none, u64(3)), Errno.E2BIG, "full");
      assertThat(queue.lookup(none)).isEqualTo(u64(1));
      assertThat(queue.lookupAndDelete(none)).isEqualTo(u64(1));
      assertThat(queue.lookupAndDelete(none)).isEqualTo(u64(2));
      assertThat(queue.lookupAndDelete(none)).isNull();
    }
  }

  @Test
  void isListedAndOpenedByNumber() {
    int id;
    try (BpfMap map = maps.create(MapSpec.of("seen", MapType.HASH, 4, 8, 2))) {
      id = map.info().id();
      assertThat(maps.list()).contains(map.info());
      map.update(u32(1), u64(5));
      try (BpfMap same = maps.open(id)) {
        assertThat(same.lookup(u32(1))).isEqualTo(u64(5));
      }
      assertThat(maps.holders(id).processes())
          .anyMatch(process -> process.pid() == ProcessHandle.current().pid());
    }
    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> maps.open(id).close());
  }

  @Test
  void givesTypesToEntries() {
    try (BpfMap map = maps.create(MapSpec.of("typed", MapType.PERCPU_HASH, 4, 4, 2))) {
      TypedMap<Integer, Integer> typed = new TypedMap<>(map, Codec.U32, Codec.U32);
      byte[] value = new byte[map.info().hostValueSize()];
      System.arraycopy(u32(77), 0, value, 0, 4);
      map.update(u32(1), value);
      assertThat(typed.getPerCpu(1)).hasSize(Processors.possible()).startsWith(77);
    }
  }

  /** A descriptor's number goes to the next file that is opened: nobody may read that instead. */
  @Test
  void isNeverMistakenForAnotherWhenClosedInUse() throws Exception {
    AtomicReference<BpfMap> current = new AtomicReference<>(marked(0));
    AtomicInteger reads = new AtomicInteger();
    AtomicBoolean end = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        readers.add(threads.submit(() -> readMarks(current, reads, end)));
      }
      for (int i = 1; i <= 300; i++) {
        int seen = reads.get();
        current.getAndSet(marked(i)).close();
        Await.until("somebody reads", () -> reads.get() > seen);
      }
      end.set(true);
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
    current.get().close();
  }

  /** A map that holds its own number. */
  private BpfMap marked(int i) {
    BpfMap map = maps.create(MapSpec.of("marked" + i, MapType.ARRAY, 4, 4, 1));
    map.update(u32(0), u32(map.info().id()));
    return map;
  }

  private static void readMarks(
      AtomicReference<BpfMap> current, AtomicInteger reads, AtomicBoolean end) {
    byte[] key = new byte[4];
    byte[] value = new byte[4];
    while (!end.get()) {
      BpfMap map = current.get();
      try {
        assertThat(map.lookup(key, value)).isTrue();
        assertThat(value).isEqualTo(u32(map.info().id()));
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("used after it was closed");
      }
      reads.incrementAndGet();
    }
  }
}
