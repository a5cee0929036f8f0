package dev.sluice.engine.program;

import dev.sluice.bpf.Code;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.program.ProgramSymbols;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.engine.Machine;
import java.nio.file.Path;

/** Somebody's reference to a program of the engine. */
public final class OpenProgram implements Program {
  private final Machine machine;
  private final EngineProgram program;
  private final TestBench bench;
  private boolean open = true;

  /** Takes over a reference of somebody outside. */
  OpenProgram(Machine machine, EngineProgram program, TestBench bench) {
    this.machine = machine;
    this.program = program;
    this.bench = bench;
  }

  /** The engine's own class of a program. */
  public static EngineProgram of(Program program) {
    if (program instanceof OpenProgram open) {
      return open.program();
    }
    throw new IllegalArgumentException(program + " belongs to another datapath, not to the engine");
  }

  private EngineProgram program() {
    if (!open) {
      throw new IllegalStateException(program + " is closed");
    }
    return program;
  }

  @Override
  public ProgramInfo info() {
    synchronized (machine) {
      return program().info();
    }
  }

  @Override
  public byte[] translatedInstructions() {
    return program().translatedInstructions();
  }

  @Override
  public ProgramSymbols symbols() {
    Code code = program().spec().code();
    return new ProgramSymbols(code.functions(), code.lines());
  }

  @Override
  public TestRun.Result testRun(TestRun run) {
    synchronized (machine) {
      return bench.run(program(), run);
    }
  }

  @Override
  public void pin(Path path) {
    synchronized (machine) {
      machine.pins().pin(program(), path);
    }
  }

  @Override
  public void close() {
    synchronized (machine) {
      if (open) {
        open = false;
        program.releaseUser();
      }
    }
  }

  @Override
  public String toString() {
    return open ? program.toString() : "closed program";
  }
}
