package dev.sluice.engine.verifier;

import dev.sluice.bpf.Call;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.ProgramSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Instructions that no path comes by ({@code sanitize_dead_code}). The kernel lets them call
 * helpers that programs of the type may not call, or that there are not.
 */
final class DeadCode {
  private DeadCode() {}

  /** The program with endless jumps in place of calls of helpers that are never made. */
  static ProgramSpec withoutCalls(ProgramSpec spec, BitSet reached) {
    List<Instruction> instructions = new ArrayList<>(spec.instructions());
    boolean changed = false;
    int slot = 0;
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      if (instruction instanceof Call.Helper && !reached.get(slot)) {
        instructions.set(i, new Jump.Goto(-1));
        changed = true;
      }
      slot += instruction.slots();
    }
    if (!changed) {
      return spec;
    }
    return spec.withCode(new Code(instructions, spec.code().functions(), spec.code().lines()));
  }
}
