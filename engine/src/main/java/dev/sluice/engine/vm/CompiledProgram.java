package dev.sluice.engine.vm;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.map.EngineMap;
import java.util.Map;

/** A program compiled to JVM bytecode. Its results and its faults are those of the interpreter. */
final class CompiledProgram implements Executable, Execution.Functions {
  private final Image image;

  /** The class that a segment is in, by segment. */
  private final Segments[] code;

  CompiledProgram(Image image, Segments[] code) {
    this.image = image;
    this.code = code;
  }

  /** Compiles a program. */
  static Executable of(ProgramSpec spec, Map<String, EngineMap> maps) {
    return of(ImageBuilder.build(spec, maps));
  }

  /** Compiles a program. */
  static Executable of(Image image) {
    return new Compiler(image).compile();
  }

  @Override
  public long run(Execution execution) {
    Execution.Functions caller = execution.functions;
    execution.functions = this;
    long[] registers = execution.registers[execution.depth];
    registers[1] = Address.of(Address.CONTEXT, 0);
    try {
      return start(execution, registers, 0);
    } finally {
      execution.functions = caller;
    }
  }

  @Override
  public long call(Execution execution, int slot, long r1, long r2, long r3, long r4) {
    return enter(execution, slot, r1, r2, r3, r4, 0);
  }

  /** What compiled code calls for a function of its own program. */
  static long callFunction(
      Execution execution, int slot, long r1, long r2, long r3, long r4, long r5) {
    if (execution.functions instanceof CompiledProgram self) {
      return self.enter(execution, slot, r1, r2, r3, r4, r5);
    }
    throw new IllegalStateException("compiled code runs without its program");
  }

  /** What compiled code calls for a function whose address it holds. */
  static long callAddress(
      Execution execution, long address, long r1, long r2, long r3, long r4, long r5) {
    return callFunction(execution, Interpreter.functionSlot(address), r1, r2, r3, r4, r5);
  }

  private long enter(Execution execution, int slot, long r1, long r2, long r3, long r4, long r5) {
    if (!image.functions.get(slot)) {
      throw noFunction(slot);
    }
    execution.enter();
    long[] registers = execution.registers[execution.depth];
    registers[1] = r1;
    registers[2] = r2;
    registers[3] = r3;
    registers[4] = r4;
    registers[5] = r5;
    try {
      return start(execution, registers, slot);
    } finally {
      execution.depth--;
    }
  }

  private long start(Execution execution, long[] registers, int slot) {
    if (image.mayGoto) {
      execution.startMayGoto();
    }
    registers[10] = Address.of(Address.STACK + execution.depth, Address.STACK_BYTES);
    int at = slot;
    do {
      int segment = at / Compiler.SEGMENT;
      at = code[segment].run(segment, execution, registers, at);
    } while (at != Segments.ENDED);
    return registers[0];
  }

  /** Compiled code was to begin where no function does. */
  static Fault noFunction(int slot) {
    return new Fault("there is no function at instruction " + slot);
  }

  /** Compiled code ran over its end. */
  static Fault noInstruction(int slot) {
    return new Fault("there is no instruction at " + slot);
  }

  /** A call of a helper that was not found. */
  static Fault noHelper() {
    return new Fault("there is no helper");
  }

  /** Gives a fault of compiled code its place. */
  static Fault place(Fault fault, Image image, int slot, long[] registers) {
    return FaultPlace.of(fault, image.spec, slot, registers);
  }
}
