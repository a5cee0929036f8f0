package dev.sluice.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Codec;
import dev.sluice.engine.Machine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class HashedMapProperties {
  private static final int CAPACITY = 100;

  private static BpfMap create(MapType type, int keySize, MapFlag... flags) {
    return new EngineMaps(new Machine(() -> 0, 1))
        .create(MapSpec.of("map", type, keySize, 4, CAPACITY, flags));
  }

  private static @Nullable Integer get(BpfMap map, byte[] key) {
    byte[] value = map.lookup(key);
    return value == null ? null : Codec.U32.fromBytes(value);
  }

  /** A positive number is put, a negative one removes its opposite. */
  @Property
  void aHashKeepsWhatAJavaMapKeeps(
      @ForAll List<@IntRange(min = -150, max = 150) Integer> changes,
      @ForAll @IntRange(min = 4, max = 13) int keySize) {
    BpfMap map = create(MapType.HASH, keySize);
    Map<Integer, Integer> model = new HashMap<>();
    for (int i = 0; i < changes.size(); i++) {
      int number = Math.abs(changes.get(i));
      byte[] key = ByteBuffer.allocate(keySize).putInt(number).array();
      if (changes.get(i) < 0) {
        assertThat(map.delete(key)).isEqualTo(model.remove(number) != null);
      } else if (model.size() == CAPACITY && !model.containsKey(number)) {
        assertThat(refusal(map, key)).isEqualTo(Errno.E2BIG.number());
      } else {
        map.update(key, Codec.U32.toBytes(i));
        model.put(number, i);
      }
      assertThat(get(map, key)).isEqualTo(model.get(number));
    }
    int[] entries = new int[1];
    map.forEach((_, _) -> entries[0]++);
    assertThat(entries[0]).isEqualTo(model.size());
  }

  private static int refusal(BpfMap map, byte[] key) {
    try {
      map.update(key, new byte[4]);
      return 0;
    } catch (KernelRejected e) {
      return e.errno();
    }
  }

  private record Prefix(int length, int address) {
    byte[] key() {
      ByteBuffer key = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(length);
      return key.order(ByteOrder.BIG_ENDIAN).putInt(address).array();
    }

    Prefix cut() {
      return new Prefix(length, length == 0 ? 0 : address & -1 << 32 - length);
    }

    boolean holds(int other) {
      return length == 0 || (address ^ other) >>> 32 - length == 0;
    }
  }

  /** Few addresses, so that prefixes nest; a length below 0 removes. */
  @Property
  void aTrieFindsWhatASearchOfAllPrefixesFinds(
      @ForAll List<@IntRange(min = -32, max = 32) Integer> lengths,
      @ForAll List<@IntRange(min = 0, max = 7) Integer> addresses) {
    BpfMap map = create(MapType.LPM_TRIE, 8, MapFlag.NO_PREALLOC);
    Map<Prefix, Integer> model = new HashMap<>();
    for (int i = 0; i < Math.min(lengths.size(), addresses.size()); i++) {
      int address = addresses.get(i) * 0x2412_0801;
      Prefix prefix = new Prefix(Math.abs(lengths.get(i)), address).cut();
      if (lengths.get(i) < 0) {
        assertThat(map.delete(prefix.key())).isEqualTo(model.remove(prefix) != null);
      } else {
        map.update(prefix.key(), Codec.U32.toBytes(i));
        model.put(prefix, i);
      }
      for (int probe = 0; probe < 8; probe++) {
        int wanted = probe * 0x2412_0801;
        Integer expected =
            model.entrySet().stream()
                .filter(entry -> entry.getKey().holds(wanted))
                .max(java.util.Comparator.comparingInt(entry -> entry.getKey().length()))
                .map(Map.Entry::getValue)
                .orElse(null);
        assertThat(get(map, new Prefix(32, wanted).key())).isEqualTo(expected);
      }
    }
  }
}
