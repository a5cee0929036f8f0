package dev.sluice.bpf.elf;

import dev.sluice.bpf.Bytecode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The functions of a file. They are read when they are needed: not all of them may be. */
final class ElfFunctions {
  private final ElfFile file;

  /** By the number of the section and the slot in it: the first that starts there. */
  private final Map<Long, ElfSymbol> starts = new HashMap<>();

  private final Map<ElfSymbol, ElfFunction> read = new HashMap<>();
  private final Map<Integer, SortedMap<Integer, ElfRelocation>> relocations = new HashMap<>();

  ElfFunctions(ElfFile file) {
    this.file = file;
    for (ElfSymbol symbol : file.symbols()) {
      if (symbol.isFunction() && symbol.value() % Bytecode.SLOT_BYTES == 0) {
        starts.putIfAbsent(key(symbol.section(), symbol.value() / Bytecode.SLOT_BYTES), symbol);
      }
    }
  }

  private static long key(int section, long slot) {
    return (long) section << Integer.SIZE | slot & 0xffffffffL;
  }

  /** The functions in a section that others than this file may know: its programs. */
  List<ElfSymbol> programs(ElfSection section) {
    List<ElfSymbol> programs = new ArrayList<>();
    for (ElfSymbol symbol : file.symbols()) {
      if (symbol.isFunction() && !symbol.isLocal() && symbol.section() == section.index()) {
        programs.add(symbol);
      }
    }
    programs.sort((a, b) -> Long.compareUnsigned(a.value(), b.value()));
    return programs;
  }

  ElfFunction function(ElfSymbol symbol) {
    ElfFunction known = read.get(symbol);
    if (known == null) {
      ElfSection section = file.section(symbol.section(), "function " + symbol.name());
      known = ElfFunction.read(section, symbol, relocations(section));
      read.put(symbol, known);
    }
    return known;
  }

  /**
   * The function that starts at a slot of a section.
   *
   * @param place what refers to it
   */
  ElfFunction startingAt(int section, long slot, String place) {
    ElfSymbol symbol = slot < 0 || slot > Integer.MAX_VALUE ? null : starts.get(key(section, slot));
    if (symbol == null) {
      throw new ElfFault(
          place,
          "it refers to slot %d of %s, where no function starts"
              .formatted(slot, file.section(section, place).place()));
    }
    return function(symbol);
  }

  private SortedMap<Integer, ElfRelocation> relocations(ElfSection section) {
    SortedMap<Integer, ElfRelocation> known = relocations.get(section.index());
    if (known == null) {
      known = new TreeMap<>();
      for (ElfRelocation relocation : file.relocations(section)) {
        long slot = relocation.offset() / Bytecode.SLOT_BYTES;
        boolean inside = relocation.offset() >= 0 && relocation.offset() < section.size();
        if (!inside
            || relocation.offset() % Bytecode.SLOT_BYTES != 0
            || known.putIfAbsent((int) slot, relocation) != null) {
          throw new ElfFault(
              section.place(),
              "a relocation changes byte %s, where no instruction starts or which another changes"
                  .formatted(Long.toUnsignedString(relocation.offset())));
        }
      }
      relocations.put(section.index(), known);
    }
    return known;
  }
}
