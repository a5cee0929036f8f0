package dev.sluice.bpf.elf;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The maps that a file defines: variables in {@code .maps} whose types say what they are. */
final class MapDefinitions {
  private final ElfFile file;
  private final Btf btf;
  private final ElfSection section;
  private final UniqueNames names;

  MapDefinitions(ElfFile file, Btf btf, ElfSection section, UniqueNames names) {
    this.file = file;
    this.btf = btf;
    this.section = section;
    this.names = names;
  }

  /** The maps by their place in the section. */
  SortedMap<Long, MapSpec> read() {
    Map<String, BtfType.Variable> variables = new HashMap<>();
    for (BtfType.Variable variable : BtfTypes.variables(btf, section.name())) {
      variables.put(variable.name(), variable);
    }
    SortedMap<Long, ElfSymbol> symbols = new TreeMap<>();
    for (ElfSymbol symbol : file.symbols()) {
      if (symbol.section() == section.index() && !symbol.isSection()) {
        symbols.putIfAbsent(symbol.value(), symbol);
      }
    }
    requireEmpty(symbols);
    SortedMap<Long, MapSpec> specs = new TreeMap<>();
    symbols.forEach(
        (offset, symbol) -> {
          BtfType.Variable variable = variables.get(symbol.name());
          if (variable == null) {
            throw new ElfFault("map " + symbol.name(), "expected its type in section .BTF");
          }
          String name = names.give(symbol.name());
          specs.put(
              offset,
              MapDefinition.read(btf, variable.typeId(), "map " + symbol.name()).spec(name));
        });
    return specs;
  }

  private void requireEmpty(SortedMap<Long, ElfSymbol> symbols) {
    for (ElfRelocation relocation : file.relocations(section)) {
      String place = section.place();
      for (ElfSymbol symbol : symbols.values()) {
        if (symbol.value() <= relocation.offset()) {
          place = "map " + symbol.name();
        }
      }
      throw new ElfFault(
          place,
          "it is to hold '%s' from the start, which is not supported: put it there when it is loaded"
              .formatted(file.nameOf(relocation.symbol())));
    }
  }
}
