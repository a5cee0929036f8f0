package dev.sluice.bpf.verdict;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.InvalidBytecodeException;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import java.nio.ByteOrder;
import java.util.List;
import java.util.TreeSet;

/**
 * Finds what a program can return: all ways through it are followed at once, with sets of a few
 * numbers for each register and stack slot ("abstract interpretation").
 *
 * <p>The answer is never too small for a program that the verifier takes, but may be "any": after a
 * tail call, with functions of the kernel (one of which, {@code bpf_throw}, ends a program), when a
 * number comes from a packet or a map, or when the program is too large to look at it in a moment.
 */
public final class ReturnAnalysis {
  /** How many instructions are looked at, beside so many for each of the program's. */
  private static final long FREE_STEPS = 200_000;

  private static final long STEPS_EACH = 10;

  private ReturnAnalysis() {}

  /** What a program as it was written can return. */
  public static ReturnValues of(ProgramSpec program) {
    return of(program.instructions(), program.type(), true);
  }

  /**
   * What a loaded program can return.
   *
   * <p>Own functions of an XDP program are not looked into: that of libxdp consists of functions
   * whose bodies are replaced by other programs, and its translated instructions do not show it.
   *
   * @param translated its instructions as the kernel tells them, in the machine's byte order
   * @param type its type
   */
  public static ReturnValues ofTranslated(byte[] translated, ProgramType type) {
    List<Instruction> instructions;
    try {
      instructions = TranslatedCode.decode(translated, ByteOrder.nativeOrder());
    } catch (InvalidBytecodeException e) {
      // An instruction that only the kernel makes, and that is newer than this.
      return ReturnValues.ANY;
    }
    return of(
        instructions, type, type != ProgramType.XDP && TranslatedCode.tellsFunctions(translated));
  }

  private static ReturnValues of(
      List<Instruction> instructions, ProgramType type, boolean functions) {
    boolean lookAway =
        instructions.stream()
            .anyMatch(each -> each instanceof Call.KernelFunction || each instanceof Call.Indirect);
    if (lookAway) {
      return ReturnValues.ANY;
    }
    boolean pointers = instructions.stream().anyMatch(ReturnAnalysis::takesStackAddress);
    FunctionReturns returns =
        new FunctionReturns(
            instructions,
            new CallResults(type),
            functions,
            pointers,
            FREE_STEPS + STEPS_EACH * instructions.size());
    ValueSet found = returns.ofFunctionAt(0);
    if (!found.isKnown()) {
      return ReturnValues.ANY;
    }
    TreeSet<Integer> values = new TreeSet<>();
    for (long value : found.numbers()) {
      values.add((int) value);
    }
    return new ReturnValues(false, values);
  }

  /** Whether there can be pointers into the stack other than the frame pointer. */
  private static boolean takesStackAddress(Instruction instruction) {
    return switch (instruction) {
      case Arithmetic.Binary binary -> isFrame(binary.source());
      case Memory.Store store -> isFrame(store.value());
      case Atomic _ -> true;
      default -> false;
    };
  }

  private static boolean isFrame(Operand operand) {
    return operand.equals(Register.R10);
  }
}
