package dev.sluice.bpf.elf;

import dev.sluice.bpf.Constant;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectName;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.btf.Btf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The maps of a file: those that it defines, and those that hold its variables. */
final class ElfMaps {
  private final List<MapSpec> specs = new ArrayList<>();

  /** The names of defined maps by their place in {@code .maps}. */
  private final Map<Long, String> defined = new HashMap<>();

  /** The names of maps of variables by the number of the section. */
  private final Map<Integer, String> data = new HashMap<>();

  /**
   * @param objectName what maps of variables are named after
   */
  ElfMaps(ElfFile file, Optional<Btf> btf, String objectName) {
    UniqueNames names = new UniqueNames(ObjectName.MAX_LENGTH, ElfMaps::isAllowed);
    Optional<ElfSection> maps = file.section(ElfSection.MAPS);
    if (maps.isPresent() && maps.get().size() > 0) {
      Btf types =
          btf.orElseThrow(
              () ->
                  new ElfFault(
                      maps.get().place(),
                      "expected the maps' types in a section .BTF: compile with clang -g"));
      new MapDefinitions(file, types, maps.get(), names)
          .read()
          .forEach(
              (offset, spec) -> {
                specs.add(spec);
                defined.put(offset, spec.name());
              });
    }
    for (ElfSection section : file.sections()) {
      if (section.isData() && section.size() != 0) {
        MapSpec spec = DataMap.of(file, btf, section, names.give(nameOf(section, objectName)));
        specs.add(spec);
        data.put(section.index(), spec.name());
      }
    }
  }

  static boolean isAllowed(int c) {
    return c == '.' || c == '_' || (c < 0x80 && Character.isLetterOrDigit(c));
  }

  /** A map of variables is called as {@code internal_map_name} of libbpf does. */
  private static String nameOf(ElfSection section, String objectName) {
    String suffix = section.name();
    if (suffix.indexOf('.', 1) > 0) {
      return suffix;
    }
    int room = Math.max(0, ObjectName.MAX_LENGTH - Math.max(7, suffix.length()));
    return objectName.substring(0, Math.min(room, objectName.length())) + suffix;
  }

  List<MapSpec> specs() {
    return specs;
  }

  /**
   * The instruction that puts the address of a map or variable into a register.
   *
   * @param section where it is
   * @param offset bytes from the start of the section, as the file says
   * @param place what uses it
   */
  Constant address(Register to, ElfSection section, long offset, String place) {
    if (section.name().equals(ElfSection.MAPS)) {
      String map = defined.get(offset);
      if (map == null) {
        throw new ElfFault(place, "it uses byte " + offset + " of .maps, where no map starts");
      }
      return Constant.MapAddress.of(to, map);
    }
    String map = data.get(section.index());
    if (map != null && offset >= 0 && offset <= section.size()) {
      return Constant.MapValueAddress.of(to, map, (int) offset);
    }
    if (section.isLegacyMaps()) {
      throw new ElfFault(
          place,
          "expected maps that are defined with types in .maps, found the older form in section "
              + section.name());
    }
    throw new ElfFault(
        place,
        "it uses byte %d of section %s, which holds neither maps nor variables"
            .formatted(offset, section.name()));
  }
}
