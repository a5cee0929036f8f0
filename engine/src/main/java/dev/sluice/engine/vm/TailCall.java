package dev.sluice.engine.vm;

import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.map.ProgramArray;
import dev.sluice.engine.program.EngineProgram;
import org.jspecify.annotations.Nullable;

/** {@code bpf_tail_call}: goes on with another program, in the frame of the function that calls. */
public final class TailCall {
  private TailCall() {}

  /**
   * Finds the program to go on with, and counts the call.
   *
   * @param map the address of the array of programs
   * @param index which of them
   * @return null if there is none or too many calls were made: the program goes on as it was
   */
  public static @Nullable Executable find(Execution execution, long map, int index) {
    EngineMap found = execution.map(map);
    if (!(found instanceof ProgramArray programs)) {
      throw new Fault(found + " is no array of programs");
    }
    EngineProgram program = programs.programAt(index);
    if (program == null || execution.tailCalls == Execution.TAIL_CALLS) {
      return null;
    }
    execution.tailCalls++;
    return program.executable();
  }
}
