package dev.sluice.cli.map;

import dev.sluice.bpf.MapType;
import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.TypeDescription.Encoding;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.InvalidBtfException;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.datapath.program.Maps;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes of a map's keys and values mean: the types that the kernel keeps with the map, or
 * a guess from their size, or nothing.
 *
 * @param info the map
 * @param key the type of its keys; null where not known
 * @param value the type of its values; null where not known
 */
record MapShape(MapInfo info, @Nullable TypeDescription key, @Nullable TypeDescription value) {
  /** The shape of a map. */
  static MapShape of(MapInfo info, Maps maps) {
    TypeDescription key = null;
    TypeDescription value = null;
    if (info.btfId() != 0) {
      Btf btf;
      try {
        btf = Btf.parse(maps.btf(info.btfId()));
        key = fitting(btf, info.btfKeyTypeId(), info.keySize());
        value = fitting(btf, info.btfValueTypeId(), info.valueSize());
      } catch (InvalidBtfException e) {
        // types that we cannot read: the bytes are shown instead
      }
    }
    return new MapShape(
        info,
        key == null ? integer(info.keySize()) : key,
        value == null ? integer(info.valueSize()) : value);
  }

  private static @Nullable TypeDescription fitting(Btf btf, int typeId, int size) {
    return typeId == 0
        ? null
        : btf.describe(typeId).filter(type -> type.size() == size).orElse(null);
  }

  /** Bytes of an integer's size are most likely one. */
  private static @Nullable TypeDescription integer(int size) {
    return switch (size) {
      case 1, 2, 4, 8 -> new TypeDescription.Int("u" + size * 8, size, Encoding.UNSIGNED);
      default -> null;
    };
  }

  /**
   * The bytes of an address in the key of a prefix trie, which holds a length before it; 0 where
   * keys are something else.
   */
  int prefixAddressSize() {
    int size = info.keySize() - 4;
    return info.type() == MapType.LPM_TRIE && (size == 4 || size == 16) ? size : 0;
  }

  /** Whether there is a value for each processor. */
  boolean isPerCpu() {
    MapType type = info.type();
    return type != null && type.isPerCpu();
  }

  /** How far the values of two processors are apart. */
  int stride() {
    return (info.valueSize() + 7) & ~7;
  }
}
