package dev.sluice.bpf;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives each item of a {@link CodeBuilder} its slots. All jumps start short; those that turn out
 * not to reach are made long, which moves what follows, until nothing changes. A long jump never
 * gets short again, so this ends.
 */
final class CodeLayout {
  private final List<CodeItem> items;
  private final List<Label> functions;
  private final boolean longJumps;

  /** Which items need their long form. */
  private final boolean[] far;

  /** The first slot of each item, and of the end. */
  private final int[] slots;

  CodeLayout(List<CodeItem> items, List<Label> functions, boolean longJumps) {
    this.items = items;
    this.functions = functions;
    this.longJumps = longJumps;
    far = new boolean[items.size()];
    slots = new int[items.size() + 1];
  }

  Code build(List<CodeItem.Line> lines) {
    checkTargets();
    do {
      place();
    } while (lengthen());
    List<Instruction> instructions = new ArrayList<>(slots[items.size()]);
    for (int i = 0; i < items.size(); i++) {
      emit(i, instructions);
    }
    List<Subprogram> subprograms = new ArrayList<>(functions.size());
    for (Label function : functions) {
      if (function.item() < items.size()) {
        subprograms.add(new Subprogram(function.name(), slots[function.item()]));
      } else {
        throw new IllegalStateException("function '" + function.name() + "' is empty");
      }
    }
    List<SourceLine> sourceLines = new ArrayList<>(lines.size());
    for (CodeItem.Line line : lines) {
      if (line.item() < items.size()) {
        SourceLine source = line.source();
        sourceLines.add(
            new SourceLine(
                slots[line.item()], source.file(), source.line(), source.column(), source.text()));
      }
    }
    return new Code(instructions, subprograms, sourceLines);
  }

  private void checkTargets() {
    int function = 0;
    for (int i = 0; i < items.size(); i++) {
      while (function < functions.size() && functions.get(function).item() <= i) {
        function++;
      }
      Label target = items.get(i).target();
      if (target == null) {
        continue;
      }
      if (!target.isBound()) {
        throw new UnresolvedLabelException(
            i, "label '" + target.name() + "' is used but not bound");
      }
      if (target.item() >= items.size()) {
        throw new UnresolvedLabelException(
            i, "label '" + target.name() + "' stands at the end, where there is no instruction");
      }
      if (items.get(i).instruction() instanceof Jump) {
        int start = function == 0 ? 0 : functions.get(function - 1).item();
        int end = function == functions.size() ? items.size() : functions.get(function).item();
        if (target.item() < start || target.item() >= end) {
          throw new UnresolvedLabelException(
              i, "jump to '" + target.name() + "' leaves its function");
        }
      }
    }
  }

  private void place() {
    int slot = 0;
    for (int i = 0; i < items.size(); i++) {
      slots[i] = slot;
      Instruction instruction = items.get(i).instruction();
      slot += far[i] ? longSlots(instruction) : instruction.slots();
    }
    slots[items.size()] = slot;
  }

  /** The size of a jump that does not reach with 16 bits. */
  private static int longSlots(Instruction instruction) {
    return switch (instruction) {
      case Jump.Branch branch -> branch.condition().inverse().isPresent() ? 2 : 3;
      case Jump.MayGoto mayGoto -> 3;
      default -> 1;
    };
  }

  private boolean lengthen() {
    boolean changed = false;
    for (int i = 0; i < items.size(); i++) {
      Label target = items.get(i).target();
      if (target == null || far[i] || !isShortJump(items.get(i).instruction())) {
        continue;
      }
      int offset = slots[target.item()] - (slots[i] + 1);
      if (!Offset.fits16(offset)) {
        if (!longJumps) {
          throw new UnresolvedLabelException(
              i,
              "jump to '%s' over %d slots needs a long jump, which is not allowed"
                  .formatted(target.name(), offset));
        }
        far[i] = true;
        changed = true;
      }
    }
    return changed;
  }

  private static boolean isShortJump(Instruction instruction) {
    return instruction instanceof Jump.Goto
        || instruction instanceof Jump.Branch
        || instruction instanceof Jump.MayGoto;
  }

  private void emit(int item, List<Instruction> out) {
    Instruction instruction = items.get(item).instruction();
    @Nullable Label target = items.get(item).target();
    if (target == null) {
      out.add(instruction);
      return;
    }
    int to = slots[target.item()];
    int offset = to - (slots[item] + instruction.slots());
    if (far[item]) {
      emitLong(instruction, to - slots[item + 1], out);
      return;
    }
    out.add(
        switch (instruction) {
          case Jump.Goto jump -> new Jump.Goto(offset);
          case Jump.GotoLong jump -> new Jump.GotoLong(offset);
          case Jump.MayGoto jump -> new Jump.MayGoto(offset);
          case Jump.Branch(var width, var condition, var left, var right, int unset) ->
              new Jump.Branch(width, condition, left, right, offset);
          case Call.Function call -> new Call.Function(offset);
          // The kernel counts from the second slot: see Constant.FunctionAddress.
          case Constant.FunctionAddress(var destination, int unset) ->
              new Constant.FunctionAddress(destination, offset + 1);
          default -> throw new AssertionError("no target for " + instruction);
        });
  }

  /**
   * Adds the long form of a jump.
   *
   * @param offset from the end of that form to the target
   */
  private static void emitLong(Instruction instruction, int offset, List<Instruction> out) {
    switch (instruction) {
      case Jump.Branch(var width, var condition, var left, var right, int unset) ->
          condition
              .inverse()
              .ifPresentOrElse(
                  inverse -> out.add(new Jump.Branch(width, inverse, left, right, 1)),
                  () -> {
                    out.add(new Jump.Branch(width, condition, left, right, 1));
                    out.add(new Jump.Goto(1));
                  });
      case Jump.MayGoto mayGoto -> {
        out.add(new Jump.MayGoto(1));
        out.add(new Jump.Goto(1));
      }
      default -> {}
    }
    out.add(new Jump.GotoLong(offset));
  }
}
