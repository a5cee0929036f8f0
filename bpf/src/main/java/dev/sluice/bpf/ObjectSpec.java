package dev.sluice.bpf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
    for (MapSpec map : maps) {
      checkReferences(map, mapNames, programNames);
    }
  }

  private static void checkReferences(MapSpec map, Set<String> mapNames, Set<String> programNames) {
    Set<String> known = map.type() == MapType.PROG_ARRAY ? programNames : mapNames;
    map.references()
        .forEach(
            (index, name) -> {
              if (!known.contains(name)) {
                throw new IllegalArgumentException(
                    "map '%s' holds '%s' at %d, which is not one of %s"
                        .formatted(map.name(), name, index, known));
              }
            });
  }

  /**
   * One program with all that it reaches: the maps it uses, those in them, and the programs that it
   * may jump to with what they reach. It is the first of the programs.
   *
   * @throws IllegalArgumentException if there is no such program
   */
  public ObjectSpec reachedFrom(String name) {
    Set<String> reachedPrograms = new LinkedHashSet<>();
    Set<String> reachedMaps = new LinkedHashSet<>();
    Deque<String> programsToDo = new ArrayDeque<>(List.of(name));
    while (!programsToDo.isEmpty()) {
      String next = programsToDo.poll();
      ProgramSpec program =
          program(next)
              .orElseThrow(() -> new IllegalArgumentException("there is no program " + next));
      if (!reachedPrograms.add(next)) {
        continue;
      }
      Deque<String> mapsToDo = new ArrayDeque<>(program.mapNames());
      while (!mapsToDo.isEmpty()) {
        MapSpec map = map(mapsToDo.poll()).orElseThrow();
        if (reachedMaps.add(map.name())) {
          boolean jumps = map.type() == MapType.PROG_ARRAY;
          (jumps ? programsToDo : mapsToDo).addAll(map.references().values());
        }
      }
    }
    List<ProgramSpec> first = new ArrayList<>();
    reachedPrograms.forEach(each -> first.add(program(each).orElseThrow()));
    return new ObjectSpec(
        first, maps.stream().filter(map -> reachedMaps.contains(map.name())).toList());
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
