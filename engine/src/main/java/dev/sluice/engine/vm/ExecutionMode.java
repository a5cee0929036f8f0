package dev.sluice.engine.vm;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.map.EngineMap;
import java.util.Map;

/** How programs are run. All give the same results. */
public enum ExecutionMode {
  /** Instruction by instruction. */
  INTERPRETED {
    @Override
    public Executable prepare(ProgramSpec spec, Map<String, EngineMap> maps) {
      return Interpreter.of(spec, maps);
    }
  },

  /** Compiled to JVM bytecode at once. */
  COMPILED {
    @Override
    public Executable prepare(ProgramSpec spec, Map<String, EngineMap> maps) {
      return CompiledProgram.of(spec, maps);
    }
  },

  /** Interpreted at first; compiled in the background once it has run often enough. */
  TIERED {
    @Override
    public Executable prepare(ProgramSpec spec, Map<String, EngineMap> maps) {
      return TieredProgram.of(spec, maps);
    }
  };

  /** What is best where nothing else is asked for. */
  public static final ExecutionMode STANDARD = TIERED;

  /**
   * Makes a program ready to run.
   *
   * @param maps the maps that it names
   */
  public abstract Executable prepare(ProgramSpec spec, Map<String, EngineMap> maps);
}
