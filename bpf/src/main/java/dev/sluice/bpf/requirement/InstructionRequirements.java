package dev.sluice.bpf.requirement;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.ByteSwap;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.Width;
import java.util.ArrayList;
import java.util.List;

/**
 * What instructions want of a kernel. Version numbers such as v3 are those of {@code clang -mcpu};
 * behind each release stands the commit that brought it.
 */
final class InstructionRequirements {
  /** {@code BPF_MAXINSNS}, the most slots before 5.2 (c04c0d2b968a). */
  private static final int SHORT_PROGRAM = 4096;

  private static final Requirement LESS = // 92b31a9af73b
      since("4.14", "jumps on less (v2)");
  private static final Requirement FUNCTIONS = // cc8b0b92a169
      since("4.16", "functions");
  private static final Requirement JUMPS_32 = // 092ed0968bb6
      since("5.1", "32-bit jumps (v3)");
  private static final Requirement VALUE_ADDRESS = // d8eca5bbb2be
      since("5.2", "global variables");
  private static final Requirement LONG_PROGRAM = // c04c0d2b968a
      since("5.2", "more than 4096 instructions");
  private static final Requirement LOOP = // 2589726d12a1
      since("5.3", "loops");
  private static final Requirement KERNEL_VARIABLE = // 4976b718c355
      since("5.10", "variables of the kernel");
  private static final Requirement TAIL_CALL_AND_FUNCTIONS = // e411901c0b77
      since("5.10", "tail calls beside functions");
  private static final Requirement ATOMICS = // 5ca419f2864a
      since("5.12", "atomic operations other than addition (v3)");
  private static final Requirement CALLBACK = // 69c087ba6225
      since("5.13", "callbacks");
  private static final Requirement KERNEL_FUNCTION = // e6ac2450d6de
      since("5.13", "functions of the kernel");
  private static final Requirement SIGNED_LOAD = // 1f9a1ea821ff
      since("6.6", "sign-extending loads (v4)");
  private static final Requirement SIGNED_MOVE = // series of 1f9a1ea821ff
      since("6.6", "sign-extending moves (v4)");
  private static final Requirement SWAP = // series of 1f9a1ea821ff
      since("6.6", "unconditional byte swaps (v4)");
  private static final Requirement SIGNED_DIVISION = // series of 1f9a1ea821ff
      since("6.6", "signed division (v4)");
  private static final Requirement LONG_JUMP = // series of 1f9a1ea821ff
      since("6.6", "32-bit jump distances (v4)");
  private static final Requirement MAY_GOTO = // 011832b97b31
      since("6.9", "may_goto");
  private static final Requirement ADDRESS_SPACE = // with arenas
      since("6.9", "address space casts");
  private static final Requirement ACQUIRE_RELEASE = // 880442305a39
      since("6.15", "load-acquire and store-release");

  private final List<Requirement> found = new ArrayList<>();

  private InstructionRequirements() {}

  private static Requirement since(String release, String what) {
    return new Requirement(KernelRelease.of(release), what);
  }

  /** What code wants; the same may be in it several times. */
  static List<Requirement> of(Code code) {
    InstructionRequirements requirements = new InstructionRequirements();
    requirements.look(code);
    return requirements.found;
  }

  private void look(Code code) {
    boolean functions = false;
    boolean tailCalls = false;
    for (Instruction instruction : code.instructions()) {
      look(instruction);
      functions |= instruction instanceof Call.Function;
      tailCalls |=
          instruction instanceof Call.Helper(int id) && id == HelperFunction.TAIL_CALL.id();
    }
    if (functions && tailCalls) {
      found.add(TAIL_CALL_AND_FUNCTIONS);
    }
    if (code.slots() > SHORT_PROGRAM) {
      found.add(LONG_PROGRAM);
    }
  }

  private void look(Instruction instruction) {
    switch (instruction) {
      case Arithmetic arithmetic -> look(arithmetic);
      case Memory.Load load -> addIf(load.signed(), SIGNED_LOAD);
      case Memory.Store _, Memory.LoadAbsolute _, Memory.LoadIndirect _ -> {}
      case Atomic.Update update -> addIf(update.operator() != AtomicOperator.ADD, ATOMICS);
      case Atomic.LoadAcquire _, Atomic.StoreRelease _ -> found.add(ACQUIRE_RELEASE);
      case Constant constant -> look(constant);
      case Jump jump -> look(jump);
      case Call call -> look(call);
    }
  }

  private void look(Arithmetic arithmetic) {
    switch (arithmetic) {
      case Arithmetic.Binary binary ->
          addIf(
              binary.operator() == ArithmeticOperator.SIGNED_DIV
                  || binary.operator() == ArithmeticOperator.SIGNED_MOD,
              SIGNED_DIVISION);
      case Arithmetic.MoveSigned _ -> found.add(SIGNED_MOVE);
      case Arithmetic.SwapBytes swap -> addIf(swap.swap() == ByteSwap.REVERSE, SWAP);
      case Arithmetic.CastAddressSpace _ -> found.add(ADDRESS_SPACE);
      case Arithmetic.Negate _ -> {}
    }
  }

  private void look(Constant constant) {
    switch (constant) {
      case Constant.MapValueAddress _ -> found.add(VALUE_ADDRESS);
      case Constant.KernelVariable _ -> found.add(KERNEL_VARIABLE);
      case Constant.FunctionAddress _ -> found.add(CALLBACK);
      case Constant.Wide _, Constant.MapAddress _ -> {}
    }
  }

  private void look(Jump jump) {
    switch (jump) {
      case Jump.Goto(int offset) -> addIf(offset < 0, LOOP);
      case Jump.GotoLong(int offset) -> {
        found.add(LONG_JUMP);
        addIf(offset < 0, LOOP);
      }
      case Jump.Branch branch -> {
        addIf(branch.width() == Width.W32, JUMPS_32);
        addIf(isLess(branch.condition()), LESS);
        addIf(branch.offset() < 0, LOOP);
      }
      case Jump.MayGoto _ -> found.add(MAY_GOTO);
      case Jump.Exit _ -> {}
    }
  }

  private static boolean isLess(Condition condition) {
    return switch (condition) {
      case LESS, LESS_OR_EQUAL, SIGNED_LESS, SIGNED_LESS_OR_EQUAL -> true;
      default -> false;
    };
  }

  private void look(Call call) {
    switch (call) {
      case Call.Helper helper ->
          helper
              .function()
              .ifPresent(
                  function ->
                      found.add(
                          new Requirement(
                              Introduction.of(function), "helper " + function.kernelName())));
      case Call.Function _ -> found.add(FUNCTIONS);
      case Call.KernelFunction _ -> found.add(KERNEL_FUNCTION);
      case Call.Indirect _ -> {} // no kernel takes it
    }
  }

  private void addIf(boolean wanted, Requirement requirement) {
    if (wanted) {
      found.add(requirement);
    }
  }
}
