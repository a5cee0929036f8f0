package dev.sluice.compiler.build;

import java.lang.classfile.Instruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which local variables are read again after a stretch of code begins. */
final class Liveness {
  private final MethodCode code;
  private final Map<MethodCode.Stretch, BitSet> live = new HashMap<>();

  Liveness(MethodCode code) {
    this.code = code;
    List<MethodCode.Stretch> stretches = code.stretches();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (MethodCode.Stretch stretch : stretches.reversed()) {
        BitSet now = before(stretch);
        if (!now.equals(live.get(stretch))) {
          live.put(stretch, now);
          changed = true;
        }
      }
    }
  }

  boolean isLive(MethodCode.Stretch stretch, int slot) {
    return live.getOrDefault(stretch, new BitSet()).get(slot);
  }

  private BitSet before(MethodCode.Stretch stretch) {
    BitSet result = new BitSet();
    for (int target : stretch.targets()) {
      result.or(live.getOrDefault(code.stretchAt(target), new BitSet()));
    }
    for (int i = stretch.end() - 1; i >= stretch.first(); i--) {
      Instruction instruction = code.instruction(i);
      switch (instruction) {
        case StoreInstruction store -> result.clear(store.slot());
        case LoadInstruction load -> result.set(load.slot());
        case IncrementInstruction increment -> result.set(increment.slot());
        default -> {
          // Others leave the variables alone.
        }
      }
    }
    return result;
  }
}
