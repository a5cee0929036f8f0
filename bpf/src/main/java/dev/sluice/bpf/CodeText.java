package dev.sluice.bpf;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Code as assembly: a line for each instruction, labels where something jumps to. */
final class CodeText {
  private final Code code;
  private final TreeMap<Integer, String> functions = new TreeMap<>();
  private final Map<Integer, String> labels = new HashMap<>();
  private final BitSet starts = new BitSet();

  CodeText(Code code) {
    this.code = code;
    for (Subprogram function : code.functions()) {
      functions.put(function.slot(), function.name());
    }
    forEachSlot((slot, instruction) -> starts.set(slot));
    String prefix = "L";
    while (isPrefixOfFunction(prefix)) {
      prefix += "_";
    }
    String unique = prefix;
    forEachSlot(
        (slot, instruction) -> {
          int target = target(slot, instruction);
          if (target >= 0 && starts.get(target) && !functions.containsKey(target)) {
            labels.putIfAbsent(target, unique + target);
          }
        });
  }

  private boolean isPrefixOfFunction(String prefix) {
    return functions.values().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** The slot that an instruction names, or -1. A jump out of its function names none. */
  private int target(int slot, Instruction instruction) {
    long next = slot + 1L;
    return switch (instruction) {
      case Jump.Goto(int offset) -> inFunction(slot, next + offset);
      case Jump.GotoLong(int offset) -> inFunction(slot, next + offset);
      case Jump.Branch branch -> inFunction(slot, next + branch.offset());
      case Jump.MayGoto(int offset) -> inFunction(slot, next + offset);
      case Call.Function(int offset) -> inCode(next + offset);
      case Constant.FunctionAddress address -> inCode(next + address.offset());
      default -> -1;
    };
  }

  private int inCode(long target) {
    return target >= 0 && target < starts.length() ? (int) target : -1;
  }

  private int inFunction(int slot, long target) {
    int inCode = inCode(target);
    boolean same =
        inCode >= 0 && Objects.equals(functions.floorKey(slot), functions.floorKey(inCode));
    return same ? inCode : -1;
  }

  String text() {
    StringBuilder out = new StringBuilder();
    InstructionText text = new InstructionText(Set.copyOf(functions.values()));
    forEachSlot(
        (slot, instruction) -> {
          String function = functions.get(slot);
          if (function != null) {
            out.append("\n.func ").append(function).append('\n');
          }
          String label = labels.get(slot);
          if (label != null) {
            out.append(label).append(":\n");
          }
          int target = target(slot, instruction);
          String name = functions.getOrDefault(target, labels.get(target));
          out.append("  ").append(text.text(instruction, name)).append('\n');
        });
    return out.toString();
  }

  private void forEachSlot(BiConsumer<Integer, Instruction> action) {
    int slot = 0;
    for (Instruction instruction : code.instructions()) {
      action.accept(slot, instruction);
      slot += instruction.slots();
    }
  }
}
