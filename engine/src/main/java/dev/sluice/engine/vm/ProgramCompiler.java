package dev.sluice.engine.vm;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.map.EngineMap;
import java.util.Map;

/** Compiles programs. It may be asked on any thread, while the machine goes on. */
@FunctionalInterface
public interface ProgramCompiler {
  /**
   * Compiles a program.
   *
   * @param maps the maps that it names; only what never changes of them may be looked at
   */
  Executable compile(ProgramSpec spec, Map<String, EngineMap> maps);
}
