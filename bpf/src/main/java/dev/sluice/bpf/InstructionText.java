package dev.sluice.bpf;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Instructions in the form that {@link InstructionParser} reads. */
final class InstructionText {
  private final Set<String> functionNames;

  /**
   * @param functionNames names that a {@code call} would not take for a helper's
   */
  InstructionText(Set<String> functionNames) {
    this.functionNames = functionNames;
  }

  /**
   * The text of an instruction.
   *
   * @param target the label of the place it jumps to or calls; without one the offset is shown
   */
  String text(Instruction instruction, @Nullable String target) {
    return switch (instruction) {
      case Arithmetic arithmetic -> arithmetic(arithmetic);
      case Memory memory -> memory(memory);
      case Atomic atomic -> atomic(atomic);
      case Constant constant -> constant(constant, target);
      case Jump jump -> jump(jump, target);
      case Call call -> call(call, target);
    };
  }

  private static String arithmetic(Arithmetic instruction) {
    return switch (instruction) {
      case Arithmetic.Binary(var width, var operator, var to, var source) ->
          to.text(width) + " " + operator.symbol() + " " + operand(source, width);
      case Arithmetic.Negate(var width, var to) -> to.text(width) + " = -" + to.text(width);
      case Arithmetic.MoveSigned(var width, int bits, var to, var source) ->
          "%s = (s%d)%s".formatted(to.text(width), bits, source.text(width));
      case Arithmetic.SwapBytes(var swap, int bits, var to) ->
          "%s = %s%d %s".formatted(to.text(), swap.text(), bits, to.text());
      case Arithmetic.CastAddressSpace(var to, var source, int toSpace, int fromSpace) ->
          "%s = addr_space_cast(%s, %d, %d)"
              .formatted(to.text(), source.text(), toSpace, fromSpace);
    };
  }

  private static String operand(Operand operand, Width width) {
    return switch (operand) {
      case Register register -> register.text(width);
      case Immediate(int value) -> Integer.toString(value);
    };
  }

  private static String memory(Memory instruction) {
    return switch (instruction) {
      case Memory.Load(var size, boolean signed, var to, var base, int offset) ->
          to.text() + " = *" + place((signed ? "s" : "u") + size.bits(), base, offset);
      case Memory.Store(var size, var base, int offset, var value) ->
          "*" + place(size.text(), base, offset) + " = " + operand(value, Width.W64);
      case Memory.LoadAbsolute(var size, int offset) ->
          "r0 = *(%s *)skb[%d]".formatted(size.text(), offset);
      case Memory.LoadIndirect(var size, var index, int offset) ->
          "r0 = *(%s *)skb[%s%s]".formatted(size.text(), index.text(), signed(offset));
    };
  }

  private static String atomic(Atomic instruction) {
    String place = place(instruction.size().text(), instruction.base(), instruction.offset());
    return switch (instruction) {
      case Atomic.Update update -> update(update, place);
      case Atomic.LoadAcquire(var size, var to, var base, int offset) ->
          to.text() + " = load_acquire(" + place + ")";
      case Atomic.StoreRelease(var size, var base, int offset, var source) ->
          "store_release(" + place + ", " + source.text() + ")";
    };
  }

  private static String update(Atomic.Update update, String place) {
    AtomicOperator operator = update.operator();
    String source = update.source().text();
    return switch (operator) {
      case ADD, OR, AND, XOR -> "lock *" + place + " " + operator.text() + " " + source;
      case COMPARE_EXCHANGE -> "r0 = atomic_cmpxchg(" + place + ", r0, " + source + ")";
      case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, EXCHANGE ->
          source + " = atomic_" + operator.text() + "(" + place + ", " + source + ")";
    };
  }

  private static String place(String type, Register base, int offset) {
    return "(%s *)(%s%s)".formatted(type, base.text(), signed(offset));
  }

  private static String signed(int number) {
    return number < 0 ? " - " + -(long) number : " + " + number;
  }

  private static String constant(Constant instruction, @Nullable String target) {
    String to = instruction.destination().text() + " = ";
    return switch (instruction) {
      case Constant.Wide(var register, long value) -> to + "0x%x ll".formatted(value);
      case Constant.MapAddress(var register, var map) -> to + "map[" + reference(map) + "]";
      case Constant.MapValueAddress(var register, var map, int offset) ->
          to + "map_value[" + reference(map) + "]" + (offset == 0 ? "" : signed(offset));
      case Constant.KernelVariable(var register, int btfId, int btfFd) ->
          to + "kernel_variable[" + btfId + (btfFd == 0 ? "]" : ", " + btfFd + "]");
      case Constant.FunctionAddress(var register, int offset) ->
          to + "function[" + place(target, offset) + "]";
    };
  }

  private static String reference(MapReference map) {
    return switch (map) {
      case MapReference.Named(String name) -> name;
      case MapReference.Descriptor(int fd) -> "fd:" + fd;
      case MapReference.Index(int index) -> "index:" + index;
    };
  }

  private static String jump(Jump instruction, @Nullable String target) {
    return switch (instruction) {
      case Jump.Goto(int offset) -> "goto " + place(target, offset);
      case Jump.GotoLong(int offset) -> "gotol " + place(target, offset);
      case Jump.Branch(var width, var condition, var left, var right, int offset) ->
          "if %s %s %s goto %s"
              .formatted(
                  left.text(width),
                  condition.symbol(),
                  operand(right, width),
                  place(target, offset));
      case Jump.MayGoto(int offset) -> "may_goto " + place(target, offset);
      case Jump.Exit() -> "exit";
    };
  }

  private String call(Call instruction, @Nullable String target) {
    return switch (instruction) {
      case Call.Helper helper ->
          "call "
              + helper
                  .function()
                  .map(HelperFunction::kernelName)
                  .filter(name -> !functionNames.contains(name))
                  .orElse(Integer.toString(helper.id()));
      case Call.Function(int offset) -> "call " + place(target, offset);
      case Call.KernelFunction(int btfId, int btfIndex) ->
          "call kfunc " + btfId + (btfIndex == 0 ? "" : ", " + btfIndex);
      case Call.Indirect(var register) -> "callx " + register.text();
    };
  }

  private static String place(@Nullable String target, int offset) {
    return target == null ? "pc%+d".formatted(offset) : target;
  }
}
