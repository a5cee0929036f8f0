package dev.sluice.bpf.elf;

import dev.sluice.bpf.Identifier;
import dev.sluice.bpf.MapContents;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Pinning;
import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A section of variables as a map with one value. */
final class DataMap {
  /** Most bytes of variables: {@code KMALLOC_MAX_SIZE}, above which the kernel takes no value. */
  private static final int MAX_BYTES = 1 << 22;

  private DataMap() {}

  static MapSpec of(ElfFile file, Optional<Btf> btf, ElfSection section, String name) {
    if (section.size() < 0 || section.size() > MAX_BYTES) {
      throw new ElfFault(
          section.place(),
          "it has %s bytes of variables, the most is %d"
              .formatted(Long.toUnsignedString(section.size()), MAX_BYTES));
    }
    if (!file.relocations(section).isEmpty()) {
      throw new ElfFault(
          section.place(), "a variable holds an address from the start, which is not supported");
    }
    int size = (int) section.size();
    TypeDescription type = btf.map(types -> type(file, types, section)).orElse(null);
    return new MapSpec(
        name,
        MapType.ARRAY,
        Integer.BYTES,
        size,
        1,
        section.isReadOnly() ? Set.of(MapFlag.RDONLY_PROG) : Set.of(),
        type == null ? null : TypeDescription.U32,
        type,
        null,
        Pinning.NONE,
        section.type() == ElfSection.NOBITS ? null : MapContents.copyOf(section.bytes().array()),
        Map.of());
  }

  /**
   * A struct with the section's variables as its fields.
   *
   * @return null if they are not known
   */
  private static @Nullable TypeDescription type(ElfFile file, Btf btf, ElfSection section) {
    Map<String, ElfSymbol> symbols = new HashMap<>();
    for (ElfSymbol symbol : file.symbols()) {
      if (symbol.section() == section.index()) {
        symbols.put(symbol.name(), symbol);
      }
    }
    List<TypeDescription.Field> fields = new ArrayList<>();
    for (BtfType.Variable variable : btf.variables(section.name())) {
      ElfSymbol symbol = symbols.get(variable.name());
      Optional<TypeDescription> type = btf.describe(variable.typeId());
      if (symbol != null
          && symbol.value() >= 0
          && symbol.value() < section.size()
          && type.isPresent()
          && Identifier.isValid(variable.name())) {
        fields.add(new TypeDescription.Field(variable.name(), type.get(), (int) symbol.value()));
      }
    }
    if (fields.isEmpty()) {
      return null;
    }
    fields.sort(Comparator.comparingInt(TypeDescription.Field::offset));
    try {
      String name = section.name().substring(1).replace('.', '_');
      return new TypeDescription.Struct(name, fields, (int) section.size());
    } catch (IllegalArgumentException e) {
      // Static variables of several functions may share a name: then the bytes have to do.
      return null;
    }
  }
}
