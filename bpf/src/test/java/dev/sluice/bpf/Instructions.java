package dev.sluice.bpf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Random instructions of every kind. */
final class Instructions {
  private static final Arbitrary<Integer> NUMBERS =
      Arbitraries.oneOf(Arbitraries.integers(), Arbitraries.integers().between(-20, 20));
  private static final Arbitrary<Integer> OFFSETS =
      Arbitraries.oneOf(
          Arbitraries.integers().between(Short.MIN_VALUE, Short.MAX_VALUE),
          Arbitraries.integers().between(-9, 9));
  private static final Arbitrary<Register> REGISTERS = Arbitraries.of(Register.class);
  private static final Arbitrary<Width> WIDTHS = Arbitraries.of(Width.class);
  private static final Arbitrary<MemorySize> SIZES = Arbitraries.of(MemorySize.class);
  private static final Arbitrary<MemorySize> UP_TO_WORD =
      SIZES.filter(size -> size != MemorySize.DOUBLE);
  private static final Arbitrary<Operand> OPERANDS =
      Arbitraries.oneOf(REGISTERS.map(register -> register), NUMBERS.map(Immediate::new));
  private static final Arbitrary<MapReference> DESCRIPTORS =
      Arbitraries.oneOf(
          NUMBERS.map(MapReference.Descriptor::new), NUMBERS.map(MapReference.Index::new));
  private static final Arbitrary<MapReference> MAPS =
      Arbitraries.oneOf(
          DESCRIPTORS, Arbitraries.of("m", "rules", "a.b", "fd", "map").map(MapReference::of));

  private Instructions() {}

  /** Any instruction; maps have no names, so that bytes can say all of it. */
  static Arbitrary<Instruction> encodable() {
    return any(DESCRIPTORS);
  }

  /** Any instruction; maps may have names. */
  static Arbitrary<Instruction> any() {
    return any(MAPS);
  }

  private static Arbitrary<Instruction> any(Arbitrary<MapReference> maps) {
    return Arbitraries.oneOf(
        Arrays.asList(arithmetic(), memory(), atomic(), constant(maps), jump(), call()));
  }

  private static Arbitrary<Instruction> arithmetic() {
    Arbitrary<Instruction> binary =
        Combinators.combine(WIDTHS, Arbitraries.of(ArithmeticOperator.class), REGISTERS, OPERANDS)
            .as(Arithmetic.Binary::new);
    Arbitrary<Instruction> negate =
        Combinators.combine(WIDTHS, REGISTERS).as(Arithmetic.Negate::new);
    Arbitrary<Instruction> signed =
        Combinators.combine(WIDTHS, Arbitraries.of(8, 16), REGISTERS, REGISTERS)
            .as(Arithmetic.MoveSigned::new);
    Arbitrary<Instruction> signed32 =
        Combinators.combine(REGISTERS, REGISTERS)
            .as((to, from) -> new Arithmetic.MoveSigned(Width.W64, 32, to, from));
    Arbitrary<Instruction> swap =
        Combinators.combine(Arbitraries.of(ByteSwap.class), Arbitraries.of(16, 32, 64), REGISTERS)
            .as(Arithmetic.SwapBytes::new);
    Arbitrary<Integer> spaces = Arbitraries.integers().between(0, 0xffff);
    Arbitrary<Instruction> cast =
        Combinators.combine(REGISTERS, REGISTERS, spaces, spaces)
            .as(Arithmetic.CastAddressSpace::new);
    return Arbitraries.oneOf(Arrays.asList(binary, binary, negate, signed, signed32, swap, cast));
  }

  private static Arbitrary<Instruction> memory() {
    Arbitrary<Instruction> load =
        Combinators.combine(SIZES, REGISTERS, REGISTERS, OFFSETS).as(Memory::load);
    Arbitrary<Instruction> loadSigned =
        Combinators.combine(UP_TO_WORD, REGISTERS, REGISTERS, OFFSETS).as(Memory::loadSigned);
    Arbitrary<Instruction> store =
        Combinators.combine(SIZES, REGISTERS, OFFSETS, OPERANDS).as(Memory.Store::new);
    Arbitrary<Instruction> absolute =
        Combinators.combine(UP_TO_WORD, NUMBERS).as(Memory.LoadAbsolute::new);
    Arbitrary<Instruction> indirect =
        Combinators.combine(UP_TO_WORD, REGISTERS, NUMBERS).as(Memory.LoadIndirect::new);
    return Arbitraries.oneOf(Arrays.asList(load, loadSigned, store, absolute, indirect));
  }

  private static Arbitrary<Instruction> atomic() {
    Arbitrary<MemorySize> wide = Arbitraries.of(MemorySize.WORD, MemorySize.DOUBLE);
    Arbitrary<Instruction> update =
        Combinators.combine(
                Arbitraries.of(AtomicOperator.class), wide, REGISTERS, OFFSETS, REGISTERS)
            .as(Atomic.Update::new);
    Arbitrary<Instruction> load =
        Combinators.combine(SIZES, REGISTERS, REGISTERS, OFFSETS).as(Atomic.LoadAcquire::new);
    Arbitrary<Instruction> store =
        Combinators.combine(SIZES, REGISTERS, OFFSETS, REGISTERS).as(Atomic.StoreRelease::new);
    return Arbitraries.oneOf(Arrays.asList(update, load, store));
  }

  private static Arbitrary<Instruction> constant(Arbitrary<MapReference> maps) {
    Arbitrary<Instruction> wide =
        Combinators.combine(REGISTERS, Arbitraries.longs()).as(Constant.Wide::new);
    Arbitrary<Instruction> map = Combinators.combine(REGISTERS, maps).as(Constant.MapAddress::new);
    Arbitrary<Instruction> value =
        Combinators.combine(REGISTERS, maps, NUMBERS).as(Constant.MapValueAddress::new);
    Arbitrary<Instruction> variable =
        Combinators.combine(REGISTERS, NUMBERS, NUMBERS).as(Constant.KernelVariable::new);
    Arbitrary<Instruction> function =
        Combinators.combine(REGISTERS, NUMBERS).as(Constant.FunctionAddress::new);
    return Arbitraries.oneOf(Arrays.asList(wide, map, value, variable, function));
  }

  private static Arbitrary<Instruction> jump() {
    Arbitrary<Instruction> branch =
        Combinators.combine(WIDTHS, Arbitraries.of(Condition.class), REGISTERS, OPERANDS, OFFSETS)
            .as(Jump.Branch::new);
    List<Arbitrary<? extends Instruction>> jumps = new ArrayList<>();
    jumps.add(branch);
    jumps.add(branch);
    jumps.add(OFFSETS.map(Jump.Goto::new));
    jumps.add(NUMBERS.map(Jump.GotoLong::new));
    jumps.add(OFFSETS.map(Jump.MayGoto::new));
    jumps.add(Arbitraries.just(new Jump.Exit()));
    return Arbitraries.oneOf(jumps);
  }

  private static Arbitrary<Instruction> call() {
    Arbitrary<Integer> ids = Arbitraries.oneOf(NUMBERS, Arbitraries.integers().between(1, 211));
    List<Arbitrary<? extends Instruction>> calls = new ArrayList<>();
    calls.add(ids.map(Call.Helper::new));
    calls.add(NUMBERS.map(Call.Function::new));
    calls.add(Combinators.combine(NUMBERS, OFFSETS).as(Call.KernelFunction::new));
    calls.add(REGISTERS.map(Call.Indirect::new));
    return Arbitraries.oneOf(calls);
  }
}
