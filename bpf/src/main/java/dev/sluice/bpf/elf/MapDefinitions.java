package dev.sluice.bpf.elf;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The maps that a file defines: variables in {@code .maps} whose types say what they are. */
final class MapDefinitions {
  private static final int POINTER_BYTES = 8;

  private final ElfFile file;
  private final Btf btf;
  private final ElfSection section;
  private final UniqueNames names;
  private final ProgramEntries programs;

  /** The maps by their place in the section. */
  private final SortedMap<Long, MapSpec> specs = new TreeMap<>();

  private final SortedMap<Long, MapDefinition> definitions = new TreeMap<>();

  MapDefinitions(
      ElfFile file, Btf btf, ElfSection section, UniqueNames names, ProgramEntries programs) {
    this.file = file;
    this.btf = btf;
    this.section = section;
    this.names = names;
    this.programs = programs;
  }

  /** The maps by their place in the section. */
  SortedMap<Long, MapSpec> read() {
    Map<String, BtfType.Variable> variables = new HashMap<>();
    for (BtfType.Variable variable : btf.variables(section.name())) {
      variables.put(variable.name(), variable);
    }
    SortedMap<Long, ElfSymbol> symbols = new TreeMap<>();
    for (ElfSymbol symbol : file.symbols()) {
      if (symbol.section() == section.index() && !symbol.isSection()) {
        symbols.putIfAbsent(symbol.value(), symbol);
      }
    }
    symbols.forEach(
        (offset, symbol) -> {
          BtfType.Variable variable = variables.get(symbol.name());
          if (variable == null) {
            throw new ElfFault("map " + symbol.name(), "expected its type in section .BTF");
          }
          String name = names.give(symbol.name());
          MapDefinition definition =
              MapDefinition.read(btf, variable.typeId(), "map " + symbol.name());
          definitions.put(offset, definition);
          specs.put(offset, definition.spec(name));
        });
    fill(symbols);
    return specs;
  }

  /** What maps hold from the start: an address in the variable for each ({@code values}). */
  private void fill(SortedMap<Long, ElfSymbol> symbols) {
    SortedMap<Long, Map<Integer, String>> held = new TreeMap<>();
    for (ElfRelocation relocation : file.relocations(section)) {
      SortedMap<Long, ElfSymbol> before = symbols.headMap(relocation.offset() + 1);
      if (before.isEmpty()) {
        throw new ElfFault(section.place(), "byte " + relocation.offset() + " belongs to no map");
      }
      long start = before.lastKey();
      ElfSymbol map = symbols.get(start);
      String place = "map " + (map == null ? "" : map.name());
      MapDefinition definition = definitions.get(start);
      MapSpec spec = specs.get(start);
      long first = definition == null ? -1 : definition.valuesOffset();
      long bytes = relocation.offset() - start - first;
      if (spec == null || first < 0 || bytes < 0 || bytes % POINTER_BYTES != 0) {
        throw new ElfFault(
            place,
            "'%s' is to be at byte %d of it, where none of its values is"
                .formatted(file.nameOf(relocation.symbol()), relocation.offset() - start));
      }
      int index = (int) Math.min(Integer.MAX_VALUE, bytes / POINTER_BYTES);
      held.computeIfAbsent(start, _ -> new TreeMap<>()).put(index, target(spec, relocation, place));
    }
    held.forEach(
        (start, references) ->
            specs.computeIfPresent(
                start,
                (_, spec) -> {
                  try {
                    return spec.withReferences(references);
                  } catch (IllegalArgumentException e) {
                    throw ElfFault.of("map " + spec.name(), e);
                  }
                }));
  }

  /** The name of the program or map whose address is at a place. */
  private String target(MapSpec holder, ElfRelocation relocation, String place) {
    ElfSymbol symbol = relocation.symbol();
    long offset = symbol.value() + section.bytes().u64(relocation.offset());
    if (holder.type() == MapType.PROG_ARRAY) {
      return programs.nameAt(symbol, offset, place);
    }
    MapSpec map = symbol.section() == section.index() ? specs.get(offset) : null;
    if (map == null) {
      throw new ElfFault(
          place, "it is to hold '%s', which is no map".formatted(file.nameOf(symbol)));
    }
    return map.name();
  }
}
