package dev.sluice.conformance.kernel;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Small mistakes in programs: another register, offset, constant, size, operator or helper, an
 * instruction left out or another in its place, or two in each other's. Many programs are no longer
 * safe, some still are.
 */
final class Mutation {
  private final Random random;

  private Mutation(Random random) {
    this.random = random;
  }

  /** The program with one to three mistakes. */
  static ProgramSpec of(ProgramSpec program, Random random) {
    Mutation mutation = new Mutation(random);
    List<Instruction> instructions = new ArrayList<>(program.instructions());
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(instructions.size());
      int next = Math.min(at + 1, instructions.size() - 1);
      if (instructions.get(at).slots() == 1 && random.nextInt(5) == 0) {
        instructions.set(at, mutation.anything());
      } else if (random.nextInt(10) == 0
          && instructions.get(at).slots() == instructions.get(next).slots()) {
        Collections.swap(instructions, at, next);
      } else {
        instructions.set(at, mutation.change(instructions.get(at)));
      }
    }
    Code code = new Code(instructions, program.functions(), List.of());
    return ProgramSpec.of(program.name(), program.type(), program.license(), code);
  }

  /** An instruction of a register or two that may hold anything. */
  private Instruction anything() {
    ArithmeticOperator[] operators = ArithmeticOperator.values();
    int offset = near(random.nextInt(3) == 0 ? -64 : 0);
    return switch (random.nextInt(7)) {
      case 0, 1 ->
          new Arithmetic.Binary(
              Width.W64,
              random.nextBoolean() ? ArithmeticOperator.ADD : ArithmeticOperator.SUB,
              register(),
              random.nextBoolean() ? register() : new Immediate(near(0)));
      case 2 ->
          new Arithmetic.Binary(
              width(), operators[random.nextInt(operators.length)], register(), register());
      case 3 -> new Memory.Load(size(), false, register(), register(), offset);
      case 4 -> new Memory.Store(size(), register(), offset, register());
      case 5 ->
          new Jump.Branch(
              width(),
              Condition.values()[random.nextInt(Condition.values().length)],
              register(),
              random.nextBoolean() ? register() : new Immediate(0),
              random.nextInt(5));
      default -> new Arithmetic.Binary(Width.W64, ArithmeticOperator.MOV, register(), register());
    };
  }

  private Instruction change(Instruction old) {
    if (old.slots() == 1 && random.nextInt(8) == 0) {
      return new Jump.Goto(0);
    }
    return switch (old) {
      case Arithmetic.Binary binary -> change(binary);
      case Arithmetic.Negate negate -> new Arithmetic.Negate(width(), negate.destination());
      case Arithmetic.MoveSigned move ->
          new Arithmetic.MoveSigned(move.width(), move.bits(), register(), register());
      case Arithmetic.SwapBytes swap ->
          new Arithmetic.SwapBytes(swap.swap(), 16 << random.nextInt(3), register());
      case Arithmetic.CastAddressSpace cast -> cast;
      case Memory.Load load -> change(load);
      case Memory.Store store -> change(store);
      case Memory.LoadAbsolute load -> new Memory.LoadIndirect(load.size(), register(), 14);
      case Memory.LoadIndirect load -> new Memory.LoadAbsolute(load.size(), random.nextInt(64));
      case Atomic.Update update -> change(update);
      case Atomic.LoadAcquire load -> load;
      case Atomic.StoreRelease store -> store;
      case Constant.MapAddress address ->
          new Constant.MapValueAddress(address.destination(), address.map(), 0);
      case Constant.MapValueAddress address ->
          new Constant.MapValueAddress(address.destination(), address.map(), random.nextInt(200));
      case Constant constant -> constant;
      case Jump.Branch branch -> change(branch);
      case Jump.Goto jump -> new Jump.Goto(onward(jump.offset()));
      case Jump jump -> jump;
      case Call.Helper call -> change(call);
      case Call.Function call -> new Call.Function(near(call.offset()));
      case Call call -> call;
    };
  }

  private Instruction change(Arithmetic.Binary old) {
    ArithmeticOperator[] all = ArithmeticOperator.values();
    return switch (random.nextInt(4)) {
      case 0 ->
          new Arithmetic.Binary(
              old.width(), all[random.nextInt(all.length)], old.destination(), old.source());
      case 1 -> new Arithmetic.Binary(width(), old.operator(), old.destination(), old.source());
      case 2 -> new Arithmetic.Binary(old.width(), old.operator(), register(), old.source());
      default ->
          new Arithmetic.Binary(
              old.width(), old.operator(), old.destination(), change(old.source()));
    };
  }

  private Instruction change(Memory.Load old) {
    return switch (random.nextInt(4)) {
      case 0 ->
          new Memory.Load(old.size(), old.signed(), old.destination(), register(), old.offset());
      case 1 -> new Memory.Load(old.size(), old.signed(), register(), old.base(), old.offset());
      case 2 ->
          new Memory.Load(
              old.size(), old.signed(), old.destination(), old.base(), near(old.offset()));
      default -> new Memory.Load(size(), false, old.destination(), old.base(), old.offset());
    };
  }

  private Instruction change(Memory.Store old) {
    return switch (random.nextInt(4)) {
      case 0 -> new Memory.Store(old.size(), register(), old.offset(), old.value());
      case 1 -> new Memory.Store(old.size(), old.base(), near(old.offset()), old.value());
      case 2 -> new Memory.Store(size(), old.base(), old.offset(), old.value());
      default -> new Memory.Store(old.size(), old.base(), old.offset(), change(old.value()));
    };
  }

  private Instruction change(Atomic.Update old) {
    return switch (random.nextInt(3)) {
      case 0 ->
          new Atomic.Update(old.operator(), old.size(), register(), old.offset(), old.source());
      case 1 -> new Atomic.Update(old.operator(), old.size(), old.base(), old.offset(), register());
      default ->
          new Atomic.Update(
              old.operator(), old.size(), old.base(), near(old.offset()), old.source());
    };
  }

  private Instruction change(Jump.Branch old) {
    Condition[] all = Condition.values();
    return switch (random.nextInt(5)) {
      case 0 ->
          new Jump.Branch(
              old.width(), all[random.nextInt(all.length)], old.left(), old.right(), old.offset());
      case 1 -> new Jump.Branch(width(), old.condition(), old.left(), old.right(), old.offset());
      case 2 ->
          new Jump.Branch(
              old.width(), old.condition(), old.left(), change(old.right()), old.offset());
      case 3 ->
          new Jump.Branch(old.width(), old.condition(), register(), old.right(), old.offset());
      default ->
          new Jump.Branch(
              old.width(), old.condition(), old.left(), old.right(), onward(old.offset()));
    };
  }

  private Instruction change(Call.Helper old) {
    HelperFunction[] all = HelperFunction.values();
    return switch (random.nextInt(6)) {
      case 0 -> Call.Helper.of(HelperFunction.MAP_LOOKUP_ELEM);
      case 1 -> Call.Helper.of(HelperFunction.CSUM_DIFF);
      case 2 -> Call.Helper.of(HelperFunction.SKB_LOAD_BYTES);
      case 3 -> Call.Helper.of(HelperFunction.MAP_UPDATE_ELEM);
      case 4 -> Call.Helper.of(all[random.nextInt(all.length)]);
      default -> old;
    };
  }

  private Operand change(Operand old) {
    if (random.nextInt(3) == 0) {
      return register();
    }
    return new Immediate(
        old instanceof Immediate(int value) ? near(value) : random.nextInt(128) - 64);
  }

  /** Back to the same instruction is an endless loop; further back takes verifiers very long. */
  private int onward(int offset) {
    return Math.max(-1, near(offset));
  }

  private int near(int number) {
    int far = random.nextInt(4) == 0 ? 40 : 4;
    return number + random.nextInt(2 * far + 1) - far;
  }

  private Register register() {
    return Register.of(random.nextInt(11));
  }

  private Width width() {
    return random.nextBoolean() ? Width.W64 : Width.W32;
  }

  private MemorySize size() {
    MemorySize[] all = MemorySize.values();
    return all[random.nextInt(all.length)];
  }
}
