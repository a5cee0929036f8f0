package dev.sluice.datapath.program;

import dev.sluice.datapath.NotFound;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The programs and maps of an object, loaded.
 *
 * @param programs the programs by name, in the object's order
 * @param maps the maps by name, in the object's order
 */
public record LoadedObject(Map<String, Program> programs, Map<String, BpfMap> maps)
    implements AutoCloseable {
  /** Copies the tables. */
  public LoadedObject {
    programs = Collections.unmodifiableMap(new LinkedHashMap<>(programs));
    maps = Collections.unmodifiableMap(new LinkedHashMap<>(maps));
  }

  /**
   * The program with a name.
   *
   * @throws NotFound if there is none
   */
  public Program program(String name) {
    Program program = programs.get(name);
    if (program == null) {
      throw new NotFound("program", name);
    }
    return program;
  }

  /**
   * The map with a name.
   *
   * @throws NotFound if there is none
   */
  public BpfMap map(String name) {
    BpfMap map = maps.get(name);
    if (map == null) {
      throw new NotFound("map", name);
    }
    return map;
  }

  /** Closes all of them. */
  @Override
  public void close() {
    programs.values().forEach(Program::close);
    maps.values().forEach(BpfMap::close);
  }
}
