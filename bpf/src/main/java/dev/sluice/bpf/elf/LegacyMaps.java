package dev.sluice.bpf.elf;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Pinning;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Maps as they were defined before there were types: structs of numbers in section {@code maps}.
 * Two forms are known by their size: {@code struct bpf_map_def}, as libbpf had it until 1.0, and
 * {@code struct bpf_elf_map} of iproute2, which also says where the map is pinned.
 */
final class LegacyMaps {
  private static final int PLAIN_BYTES = 20;
  private static final int IPROUTE_BYTES = 36;
  private static final int PINNING = 24;
  private static final int PINNED_NOWHERE = 0;
  private static final int PINNED_FOR_ALL = 2;

  private final ElfSection section;

  private LegacyMaps(ElfSection section) {
    this.section = section;
  }

  /** The maps of a section by their place in it. */
  static SortedMap<Long, MapSpec> read(ElfFile file, ElfSection section, UniqueNames names) {
    SortedMap<Long, ElfSymbol> symbols = new TreeMap<>();
    for (ElfSymbol symbol : file.symbols()) {
      if (symbol.section() == section.index() && !symbol.isSection()) {
        symbols.putIfAbsent(symbol.value(), symbol);
      }
    }
    SortedMap<Long, MapSpec> specs = new TreeMap<>();
    if (symbols.isEmpty()) {
      return specs;
    }
    long bytes = section.bytes().length() / symbols.size();
    if (bytes * symbols.size() != section.bytes().length()
        || (bytes != PLAIN_BYTES && bytes != IPROUTE_BYTES)) {
      throw new ElfFault(
          section.place(),
          "expected %d maps of 20 bytes each (struct bpf_map_def) or of 36 (iproute2's), found %d"
                  .formatted(symbols.size(), section.bytes().length())
              + " bytes");
    }
    LegacyMaps maps = new LegacyMaps(section);
    symbols.forEach(
        (offset, symbol) -> specs.put(offset, maps.map(offset, (int) bytes, symbol.name(), names)));
    return specs;
  }

  private MapSpec map(long offset, int bytes, String title, UniqueNames names) {
    String place = "map " + title;
    ElfBytes fields = section.bytes().part(place, offset, bytes);
    int number = fields.s32(0);
    MapType type =
        MapType.find(number)
            .orElseThrow(() -> new ElfFault(place, "no type of maps has the number " + number));
    int flags = fields.s32(16);
    if (MapFlag.mask(MapFlag.ofMask(flags)) != flags) {
      throw new ElfFault(place, "map_flags 0x%x has bits that are not known".formatted(flags));
    }
    if (type.holdsMaps()) {
      throw new ElfFault(
          place, "a map of maps has to be defined with types in .maps, to say what it holds");
    }
    try {
      return new MapSpec(
          names.give(title),
          type,
          fields.s32(4),
          fields.s32(8),
          fields.s32(12),
          flags == 0 ? Set.of() : MapFlag.ofMask(flags),
          null,
          null,
          null,
          bytes == IPROUTE_BYTES ? pinning(fields, place) : Pinning.NONE);
    } catch (IllegalArgumentException e) {
      throw ElfFault.of(place, e);
    }
  }

  private static Pinning pinning(ElfBytes fields, String place) {
    return switch (fields.s32(PINNING)) {
      case PINNED_NOWHERE -> Pinning.NONE;
      case PINNED_FOR_ALL -> Pinning.BY_NAME;
      default ->
          throw new ElfFault(
              place, "expected pinning 0 (none) or 2 (global), found " + fields.s32(PINNING));
    };
  }
}
