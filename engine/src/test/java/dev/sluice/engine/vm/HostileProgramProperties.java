package dev.sluice.engine.vm;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.ByteSwap;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/**
 * Programs that no verifier has seen: any instruction with any registers, jumps to anywhere. They
 * end with a result or a fault, the same in both ways, and with nothing else.
 */
class HostileProgramProperties {
  private static final HelperFunction[] HELPERS = {
    HelperFunction.MAP_LOOKUP_ELEM,
    HelperFunction.MAP_UPDATE_ELEM,
    HelperFunction.MAP_DELETE_ELEM,
    HelperFunction.SKB_LOAD_BYTES,
    HelperFunction.SKB_STORE_BYTES,
    HelperFunction.SKB_PULL_DATA,
    HelperFunction.SKB_CHANGE_TAIL,
    HelperFunction.SKB_CHANGE_HEAD,
    HelperFunction.CSUM_DIFF,
    HelperFunction.L3_CSUM_REPLACE,
    HelperFunction.LOOP,
    HelperFunction.TAIL_CALL,
    HelperFunction.KTIME_GET_NS,
  };

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void programsEndTheSameWay(@ForAll long seed) {
    Random random = new Random(seed);
    String end =
        TwoWays.run(
            random.nextInt(14, 200),
            seed,
            code -> write(code, new Random(seed), 2 + Math.floorMod(seed, 40)));

    Statistics.collect(end.startsWith("r0=") ? "result" : "fault");
  }

  private static void write(CodeBuilder code, Random random, int length) {
    Label[] labels = new Label[length];
    for (int i = 0; i < length; i++) {
      labels[i] = code.newLabel("l" + i);
    }
    Label function = code.newFunction("f");
    code.load(MemorySize.WORD, Register.R2, Register.R1, ProgramBench.DATA)
        .load(MemorySize.WORD, Register.R3, Register.R1, ProgramBench.DATA_END)
        .move(Register.R6, Register.R1)
        .loadMap(Register.R7, TwoWays.MAP.name());
    for (Label label : labels) {
      code.bind(label);
      instruction(code, random, labels, function);
    }
    code.exit().bind(function);
    for (int i = random.nextInt(4); i > 0; i--) {
      arithmetic(code, random);
    }
  }

  private static void instruction(CodeBuilder code, Random random, Label[] labels, Label function) {
    MemorySize size = pick(random, MemorySize.values());
    Label target = pick(random, labels);
    switch (random.nextInt(16)) {
      case 0, 1 -> {
        Register base = base(random);
        code.load(size, register(random), base, offset(random, base));
      }
      case 2, 3 -> {
        Register base = base(random);
        code.store(size, base, offset(random, base), operand(random));
      }
      case 4 -> {
        Register base = base(random);
        code.atomic(
            pick(random, AtomicOperator.values()),
            random.nextBoolean() ? MemorySize.WORD : MemorySize.DOUBLE,
            base,
            offset(random, base),
            register(random));
      }
      case 5 -> code.call(pick(random, HELPERS));
      case 6 -> code.call(function);
      case 7 -> code.loadFunction(register(random), function);
      case 8 -> code.moveWide(register(random), random.nextLong());
      case 9 -> code.jump(target);
      case 10, 11, 12 ->
          code.branch(
              random.nextBoolean() ? Width.W64 : Width.W32,
              pick(random, Condition.values()),
              register(random),
              operand(random),
              target);
      default -> arithmetic(code, random);
    }
  }

  private static void arithmetic(CodeBuilder code, Random random) {
    switch (random.nextInt(8)) {
      case 0 -> code.move(register(random), operand(random));
      case 1 ->
          code.swapBytes(
              pick(random, ByteSwap.values()), 16 << random.nextInt(3), register(random));
      case 2, 3 -> code.operate32(operator(random), register(random), operand(random));
      default -> code.operate(operator(random), register(random), operand(random));
    }
  }

  private static ArithmeticOperator operator(Random random) {
    ArithmeticOperator operator = pick(random, ArithmeticOperator.values());
    return operator == ArithmeticOperator.MOV ? ArithmeticOperator.ADD : operator;
  }

  /** Seldom one that points to the context, the packet, the map or the stack. */
  private static Register register(Random random) {
    return Register.of(random.nextInt(8) == 0 ? random.nextInt(10) : random.nextInt(3, 6));
  }

  /** Mostly the packet or the stack. */
  private static Register base(Random random) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> Register.R2;
      case 3, 4, 5 -> Register.R10;
      case 6 -> Register.R6;
      default -> register(random);
    };
  }

  private static Operand operand(Random random) {
    return random.nextBoolean() ? register(random) : new Immediate(random.nextInt(-4, 5));
  }

  /** Mostly one that is inside. */
  private static int offset(Random random, Register base) {
    if (random.nextInt(30) == 0) {
      return random.nextInt(-600, 600);
    }
    int words = random.nextInt(0, 6);
    return base == Register.R10 ? -8 * (words + 1) : base == Register.R6 ? 8 : 2 * words;
  }

  private static <T> T pick(Random random, T[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
