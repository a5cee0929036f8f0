package dev.sluice.engine.verifier;

import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;

/**
 * Which registers count before each instruction: those that are read on some way from there before
 * they are overwritten ({@code compute_live_registers}).
 */
final class Liveness {
  private final ProgramLayout layout;
  private final int[] before;

  Liveness(ProgramLayout layout) {
    this.layout = layout;
    before = new int[layout.slots()];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int slot = layout.slots() - 1; slot >= 0; slot--) {
        if (layout.isStart(slot)) {
          int now = compute(slot);
          changed |= now != before[slot];
          before[slot] = now;
        }
      }
    }
  }

  private int compute(int slot) {
    Instruction instruction = layout.at(slot);
    int behind = 0;
    int target = layout.target(slot);
    if (target >= 0) {
      behind |= before[target];
    }
    boolean goesOn =
        !(instruction instanceof Jump.Exit
            || instruction instanceof Jump.Goto
            || instruction instanceof Jump.GotoLong);
    if (goesOn && slot + instruction.slots() < before.length) {
      behind |= before[slot + instruction.slots()];
    }
    return (behind & ~ProgramLayout.writes(instruction)) | layout.reads(instruction);
  }

  int[] registers() {
    return before;
  }
}
