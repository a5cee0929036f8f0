package dev.sluice.bpf;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Programs and the maps they share: what an object file or a {@code .bpfasm} file holds.
 *
 * @param programs in the order of the file; names differ
 * @param maps in the order of the file; names differ, and every map that a program names is here
 */
public record ObjectSpec(List<ProgramSpec> programs, List<MapSpec> maps) {
  /**
   * @throws IllegalArgumentException if a name is used twice or a program names a map that is not
   *     here
   */
  public ObjectSpec {
    programs = List.copyOf(programs);
    maps = List.copyOf(maps);
    Set<String> mapNames = new HashSet<>();
    for (MapSpec map : maps) {
      if (!mapNames.add(map.name())) {
        throw new IllegalArgumentException("two maps are named '" + map.name() + "'");
      }
    }
    Set<String> programNames = new HashSet<>();
    for (ProgramSpec program : programs) {
      if (!programNames.add(program.name())) {
        throw new IllegalArgumentException("two programs are named '" + program.name() + "'");
      }
      for (String map : program.mapNames()) {
        if (!mapNames.contains(map)) {
          throw new IllegalArgumentException(
              "program '%s' uses map '%s', which is not one of %s"
                  .formatted(program.name(), map, mapNames));
        }
      }
    }
  }

  /** One program and its maps. */
  public static ObjectSpec of(ProgramSpec program, MapSpec... maps) {
    return new ObjectSpec(List.of(program), List.of(maps));
  }

  /** The program with this name. */
  public Optional<ProgramSpec> program(String name) {
    return programs.stream().filter(program -> program.name().equals(name)).findFirst();
  }

  /** The map with this name. */
  public Optional<MapSpec> map(String name) {
    return maps.stream().filter(map -> map.name().equals(name)).findFirst();
  }
}
