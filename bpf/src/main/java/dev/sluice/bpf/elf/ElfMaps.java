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
import java.util.SortedMap;

/** The maps of a file: those that it defines, and those that hold its variables. */
final class ElfMaps {
  private final List<MapSpec> specs = new ArrayList<>();

  /** The names of defined maps by the number of the section and their place in it. */
  private final Map<Integer, Map<Long, String>> defined = new HashMap<>();

  /** The names of maps of variables by the number of the section. */
  private final Map<Integer, String> data = new HashMap<>();

  /** The name of the map of the kernel's configuration; empty if nothing of it is asked for. */
  private String configuration = "";

  /**
   * @param objectName what maps of variables are named after
   */
  ElfMaps(
      ElfFile file,
      Optional<Btf> btf,
      String objectName,
      ProgramEntries programs,
      Externs externs) {
    UniqueNames names = new UniqueNames(ObjectName.MAX_LENGTH, ElfMaps::isAllowed);
    for (ElfSection section : file.sections()) {
      if (section.name().equals(ElfSection.MAPS) && section.size() > 0) {
        Btf types =
            btf.orElseThrow(
                () ->
                    new ElfFault(
                        section.place(),
                        "expected the maps' types in a section .BTF: compile with clang -g"));
        add(section, new MapDefinitions(file, types, section, names, programs).read());
      } else if (section.isLegacyMaps()) {
        add(section, LegacyMaps.read(file, section, names));
      }
    }
    for (ElfSection section : file.sections()) {
      if (section.isData() && section.size() != 0) {
        MapSpec spec =
            DataMap.of(file, btf, section, names.give(nameOf(section.name(), objectName)));
        specs.add(spec);
        data.put(section.index(), spec.name());
      }
    }
    if (externs.hasConfiguration()) {
      configuration = names.give(nameOf(Externs.CONFIGURATION, objectName));
      specs.add(externs.configuration(configuration));
    }
  }

  private void add(ElfSection section, SortedMap<Long, MapSpec> maps) {
    Map<Long, String> here = new HashMap<>();
    maps.forEach(
        (offset, spec) -> {
          specs.add(spec);
          here.put(offset, spec.name());
        });
    defined.put(section.index(), here);
  }

  /** The name of the map of the kernel's configuration. */
  String configuration() {
    return configuration;
  }

  static boolean isAllowed(int c) {
    return c == '.' || c == '_' || (c < 0x80 && Character.isLetterOrDigit(c));
  }

  /** A map of variables is called as {@code internal_map_name} of libbpf does. */
  private static String nameOf(String suffix, String objectName) {
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
    Map<Long, String> maps = defined.get(section.index());
    if (maps != null) {
      String map = maps.get(offset);
      if (map == null) {
        throw new ElfFault(
            place, "it uses byte %d of %s, where no map starts".formatted(offset, section.name()));
      }
      return Constant.MapAddress.of(to, map);
    }
    String map = data.get(section.index());
    if (map != null && offset >= 0 && offset <= section.size()) {
      return Constant.MapValueAddress.of(to, map, (int) offset);
    }
    throw new ElfFault(
        place,
        "it uses byte %d of section %s, which holds neither maps nor variables"
            .formatted(offset, section.name()));
  }
}
