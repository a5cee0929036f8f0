package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bpf.MapContents;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.BpfMap.UpdateMode;
import dev.sluice.datapath.program.Codec;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.datapath.program.TypedMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each type of map does with its entries, seen from the host. */
@Needs({Feature.MAP_HASH, Feature.MAP_ARRAY})
public abstract class MapTypes extends Suite {
  private static final int CAPACITY = 8;

  private BpfMap create(MapType type, int keySize, int valueSize, int entries, MapFlag... flags) {
    return closing(
        datapath().maps().create(MapSpec.of("suite", type, keySize, valueSize, entries, flags)));
  }

  private TypedMap<Integer, Long> numbers(MapType type) {
    return new TypedMap<>(create(type, 4, 8, CAPACITY), Codec.U32, Codec.U64);
  }

  private static byte[] key(int number) {
    return Codec.U32.toBytes(number);
  }

  private static byte[] value(long number) {
    return Codec.U64.toBytes(number);
  }

  private static Map<Integer, Long> contents(TypedMap<Integer, Long> map) {
    Map<Integer, Long> contents = new HashMap<>();
    map.forEach(contents::put);
    return contents;
  }

  @Test
  void tellsItsShape() {
    BpfMap map = create(MapType.HASH, 12, 20, 100);
    MapInfo info = map.info();

    assertThat(info.type()).isEqualTo(MapType.HASH);
    assertThat(info.typeNumber()).isEqualTo(MapType.HASH.number());
    assertThat(info.name()).isEqualTo("suite");
    assertThat(info.keySize()).isEqualTo(12);
    assertThat(info.valueSize()).isEqualTo(20);
    assertThat(info.hostValueSize()).isEqualTo(20);
    assertThat(info.maxEntries()).isEqualTo(100);
    assertThat(info.id()).isPositive();
    assertThat(datapath().maps().list()).contains(info);
  }

  @Test
  void constantsAreThereFromTheStartForGood() {
    byte[] bytes = {1, 2, 3, -1};
    MapSpec spec =
        MapSpec.of("suite", MapType.ARRAY, 4, 4, 1, MapFlag.RDONLY_PROG)
            .withContents(MapContents.copyOf(bytes));
    BpfMap map = closing(datapath().maps().create(spec));

    assertThat(map.lookup(key(0))).contains(bytes);
    assertThatExceptionOfType(KernelRejected.class)
        .isThrownBy(() -> map.update(key(0), new byte[4]))
        .withMessageContaining("frozen");
  }

  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      names = {"HASH", "LRU_HASH"})
  void hashesKeepWhatTheyAreGiven(MapType type) {
    TypedMap<Integer, Long> map = numbers(type);
    assertThat(map.get(1)).isEmpty();
    map.put(1, 10L);
    map.put(2, 20L);
    map.put(1, 11L);
    assertThat(contents(map)).isEqualTo(Map.of(1, 11L, 2, 20L));
    assertThat(map.remove(1)).isTrue();
    assertThat(map.remove(1)).isFalse();

    assertThat(contents(map)).isEqualTo(Map.of(2, 20L));
    assertThat(map.map().lookupAndDelete(key(2))).isEqualTo(value(20));
    assertThat(map.map().lookupAndDelete(key(2))).isNull();
    assertThat(map.map().nextKey(null)).isNull();
  }

  @Test
  void updateModesMindWhatIsThere() {
    BpfMap map = numbers(MapType.HASH).map();
    refused(Errno.ENOENT, () -> map.update(key(1), value(1), UpdateMode.CHANGE));
    map.update(key(1), value(1), UpdateMode.CREATE);
    refused(Errno.EEXIST, () -> map.update(key(1), value(2), UpdateMode.CREATE));
    map.update(key(1), value(3), UpdateMode.CHANGE);

    assertThat(map.lookup(key(1))).isEqualTo(value(3));
  }

  @Test
  void aFullHashTakesNoMore() {
    TypedMap<Integer, Long> map = numbers(MapType.HASH);
    for (int i = 0; i < CAPACITY; i++) {
      map.put(i, 0L);
    }
    refused(Errno.E2BIG, () -> map.put(CAPACITY, 0L));
    map.put(0, 1L);
    map.remove(0);
    map.put(CAPACITY, 1L);

    assertThat(contents(map)).hasSize(CAPACITY).containsEntry(CAPACITY, 1L);
  }

  @Test
  void anArrayHasAllItsEntriesFromTheStart() {
    TypedMap<Integer, Long> map = numbers(MapType.ARRAY);
    assertThat(contents(map)).hasSize(CAPACITY).containsEntry(CAPACITY - 1, 0L);
    map.put(3, 30L);
    assertThat(map.get(3)).contains(30L);
    assertThat(map.get(CAPACITY)).isEmpty();

    refused(Errno.E2BIG, () -> map.put(CAPACITY, 1L));
    refused(Errno.EEXIST, () -> map.map().update(key(3), value(1), UpdateMode.CREATE));
    refused(Errno.EINVAL, () -> map.remove(3));
  }

  @Test
  void keysOfAnArrayComeInOrder() {
    BpfMap map = numbers(MapType.ARRAY).map();
    List<Integer> keys = new ArrayList<>();
    for (byte[] at = map.nextKey(null); at != null; at = map.nextKey(at)) {
      keys.add(Codec.U32.fromBytes(at));
    }

    assertThat(keys).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void keysAndValuesOfOtherSizesAreRefused() {
    BpfMap map = numbers(MapType.HASH).map();
    assertThatIllegalArgumentException().isThrownBy(() -> map.lookup(new byte[3]));
    assertThatIllegalArgumentException().isThrownBy(() -> map.update(key(1), new byte[4]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TypedMap<>(map, Codec.U64, Codec.U64));
  }

  @Test
  @Needs(Feature.MAP_LRU_HASH)
  void aFullLruHashForgetsSomethingOld() {
    int capacity = 128;
    TypedMap<Integer, Long> map =
        new TypedMap<>(create(MapType.LRU_HASH, 4, 8, capacity), Codec.U32, Codec.U64);
    for (int i = 0; i < 10 * capacity; i++) {
      map.put(i, (long) i);
    }
    Map<Integer, Long> contents = contents(map);

    assertThat(contents).hasSizeBetween(1, capacity).containsKey(10 * capacity - 1);
    assertThat(contents).doesNotContainKey(0);
    contents.forEach((k, v) -> assertThat(v).isEqualTo((long) k));
  }

  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      names = {"PERCPU_HASH", "PERCPU_ARRAY"})
  @Needs({Feature.MAP_PERCPU_ARRAY, Feature.MAP_PERCPU_HASH})
  void perCpuMapsHaveAValueForEachCpu(MapType type) {
    BpfMap map = create(type, 4, 4, CAPACITY);
    int cpus = map.info().hostValueSize() / 8;
    assertThat(map.info().hostValueSize()).isEqualTo(8 * cpus);
    assertThat(cpus).isPositive();
    ByteBuffer values = ByteBuffer.allocate(8 * cpus).order(ByteOrder.nativeOrder());
    for (int cpu = 0; cpu < cpus; cpu++) {
      values.putInt(8 * cpu, 100 + cpu);
    }
    map.update(key(1), values.array());
    TypedMap<Integer, Integer> typed = new TypedMap<>(map, Codec.U32, Codec.U32);

    assertThat(typed.getPerCpu(1)).hasSize(cpus).startsWith(100);
    assertThat(typed.getPerCpu(1).getLast()).isEqualTo(100 + cpus - 1);
    assertThat(typed.getPerCpu(CAPACITY + 1)).isEmpty();
  }

  /** A prefix: its length in host byte order, then the address. */
  private static byte[] prefix(String address, int length) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.nativeOrder())
        .putInt(length)
        .order(ByteOrder.BIG_ENDIAN)
        .putInt(Frame.ipv4(address))
        .array();
  }

  @Test
  @Needs(Feature.MAP_LPM_TRIE)
  void aTrieFindsTheLongestPrefix() {
    BpfMap map = create(MapType.LPM_TRIE, 8, 8, 16, MapFlag.NO_PREALLOC);
    map.update(prefix("10.0.0.0", 8), value(8));
    map.update(prefix("10.1.0.0", 16), value(16));
    map.update(prefix("10.1.2.0", 24), value(24));
    map.update(prefix("10.1.2.3", 32), value(32));

    assertThat(map.lookup(prefix("10.1.2.3", 32))).isEqualTo(value(32));
    assertThat(map.lookup(prefix("10.1.2.4", 32))).isEqualTo(value(24));
    assertThat(map.lookup(prefix("10.1.9.9", 32))).isEqualTo(value(16));
    assertThat(map.lookup(prefix("10.200.0.1", 32))).isEqualTo(value(8));
    assertThat(map.lookup(prefix("11.0.0.1", 32))).isNull();
    assertThat(map.lookup(prefix("10.1.2.3", 20))).as("of 20 bits").isEqualTo(value(16));
    assertThat(map.delete(prefix("10.1.0.0", 16))).isTrue();
    assertThat(map.delete(prefix("10.1.0.0", 16))).isFalse();
    assertThat(map.lookup(prefix("10.1.9.9", 32))).isEqualTo(value(8));
    refused(Errno.EINVAL, () -> map.update(prefix("10.0.0.0", 33), value(0)));
    List<String> keys = new ArrayList<>();
    map.forEach((k, v) -> keys.add(HexFormat.of().formatHex(k)));
    assertThat(keys).hasSize(3).doesNotHaveDuplicates();
    map.update(prefix("0.0.0.0", 0), value(1));
    assertThat(map.lookup(prefix("99.0.0.1", 32))).isEqualTo(value(1));
  }

  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      names = {"HASH", "ARRAY", "LRU_HASH"})
  @Needs(Feature.MAP_BATCH)
  void manyEntriesAtOnce(MapType type) {
    BpfMap map = create(type, 4, 8, 2000);
    List<BpfMap.Entry> entries = new ArrayList<>();
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      entries.add(new BpfMap.Entry(key(i), value(i)));
      keys.add(key(i));
    }
    assertThat(map.updateAll(entries, UpdateMode.ANY)).isEqualTo(1000);
    Map<Integer, Long> contents = contents(new TypedMap<>(map, Codec.U32, Codec.U64));
    assertThat(contents).containsEntry(0, 0L).containsEntry(999, 999L);
    if (type != MapType.ARRAY) {
      assertThat(contents).hasSize(1000);
      assertThat(map.deleteAll(keys.subList(0, 600))).isEqualTo(600);
      assertThat(contents(new TypedMap<>(map, Codec.U32, Codec.U64))).hasSize(400);
    }
  }

  @Test
  void manyEntriesThatAreToBeNew() {
    TypedMap<Integer, Long> map = numbers(MapType.HASH);
    map.put(2, 22L);
    List<BpfMap.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      entries.add(new BpfMap.Entry(key(i), value(i)));
    }
    refused(Errno.EEXIST, () -> map.map().updateAll(entries, UpdateMode.CREATE));

    assertThat(contents(map)).isEqualTo(Map.of(0, 0L, 1, 1L, 2, 22L));
  }

  @Test
  void aFrozenMapOnlyProgramsChange() {
    TypedMap<Integer, Long> map = numbers(MapType.HASH);
    map.put(1, 1L);
    map.map().freeze();

    refused(Errno.EPERM, () -> map.put(1, 2L));
    refused(Errno.EPERM, () -> map.remove(1));
    assertThat(map.get(1)).contains(1L);
  }

  @Test
  void isFoundByItsNumberAsLongAsSomethingHoldsIt() {
    TypedMap<Integer, Long> map = numbers(MapType.HASH);
    map.put(1, 1L);
    int id = map.map().info().id();
    try (BpfMap second = datapath().maps().open(id)) {
      map.map().close();
      map.map().close();
      assertThat(second.lookup(key(1))).isEqualTo(value(1));
      assertThat(second.info().id()).isEqualTo(id);
    }

    assertGone(() -> datapath().maps().open(id));
  }

  @Test
  void aPinKeepsItsEntries() {
    Path pin = testbed().pinDirectory().resolve("map");
    BpfMap map = numbers(MapType.HASH).map();
    map.update(key(1), value(5));
    map.pin(pin);
    map.close();
    try (BpfMap again = datapath().maps().openPinned(pin)) {
      assertThat(again.lookup(key(1))).isEqualTo(value(5));
      assertThat(datapath().maps().holders(again.info().id()).pins()).containsExactly(pin);
    }
    testbed().unpin(pin);

    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> datapath().maps().openPinned(pin));
  }

  @Test
  @Needs({Feature.MAP_ARRAY_OF_MAPS, Feature.MAP_HASH_OF_MAPS})
  void mapsOfMapsHoldMapsOfTheirShape() {
    MapSpec shape = MapSpec.of("inner", MapType.HASH, 4, 8, CAPACITY);
    BpfMap outer =
        closing(datapath().maps().create(MapSpec.ofMaps("outer", MapType.ARRAY_OF_MAPS, shape, 4)));
    BpfMap inner = closing(datapath().maps().create(shape));
    outer.update(key(2), datapath().maps().reference(inner));

    assertThat(outer.lookup(key(2))).isEqualTo(key(inner.info().id()));
    assertThat(outer.lookup(key(1))).isNull();
    BpfMap other = create(MapType.HASH, 8, 8, CAPACITY);
    refused(Errno.EINVAL, () -> outer.update(key(1), datapath().maps().reference(other)));
  }

  @Test
  @Needs(Feature.MAP_RINGBUF)
  void ringBuffersHaveNoEntries() {
    BpfMap ring = create(MapType.RINGBUF, 0, 0, 4096);

    assertThat(ring.info().maxEntries()).isEqualTo(4096);
    assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> ring.lookup(new byte[0]));
  }
}
