package dev.sluice.cli.prog;

import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A program that a command works with, and the maps that were made for it.
 *
 * @param program the program
 * @param name what people call it
 * @param maps the maps that were made with it, by name; none where it was there already
 */
public record OpenedProgram(Program program, String name, Map<String, BpfMap> maps)
    implements AutoCloseable {
  /** Copies the table. */
  public OpenedProgram {
    maps = Collections.unmodifiableMap(new LinkedHashMap<>(maps));
  }

  /** Gives up the references. What nothing else holds is gone then. */
  @Override
  public void close() {
    program.close();
    maps.values().forEach(BpfMap::close);
  }
}
