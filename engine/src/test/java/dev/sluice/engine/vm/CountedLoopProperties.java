package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

/** Loops over the packet that count up or down, run off its end, or never end. */
class CountedLoopProperties {
  private static final Condition[] CONDITIONS = {
    Condition.NOT_EQUAL,
    Condition.GREATER,
    Condition.GREATER_OR_EQUAL,
    Condition.LESS,
    Condition.LESS_OR_EQUAL,
    Condition.SIGNED_GREATER,
    Condition.SIGNED_GREATER_OR_EQUAL,
    Condition.SIGNED_LESS,
    Condition.SIGNED_LESS_OR_EQUAL,
  };

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void turnsLookedAheadForAreTurns(@ForAll long seed) {
    String end =
        TwoWays.run(new Random(seed).nextInt(14, 400), seed, code -> write(code, new Random(seed)));

    Statistics.label("end").collect(end.startsWith("r0=") ? "result" : "fault");
    Statistics.label("kind")
        .collect(isCounted(code -> write(code, new Random(seed))))
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 40));
  }

  @Test
  void aSumOverThePacketIsCounted() {
    assertThat(isCounted(CountedLoopProperties::sum)).isTrue();
    assertThat(TwoWays.run(300, 1, CountedLoopProperties::sum)).startsWith("r0=");
    assertThat(TwoWays.run(100, 1, CountedLoopProperties::sum)).contains("outside of the packet");
  }

  private static void sum(CodeBuilder code) {
    Label again = code.newLabel("again");
    code.load(MemorySize.WORD, Register.R2, Register.R1, ProgramBench.DATA)
        .move(Register.R0, 0)
        .move(Register.R5, 100)
        .bind(again)
        .load(MemorySize.HALF, Register.R4, Register.R2, 0)
        .operate(ArithmeticOperator.ADD, Register.R0, Register.R4)
        .operate(ArithmeticOperator.ADD, Register.R2, 2)
        .operate(ArithmeticOperator.SUB, Register.R5, 1)
        .branch(Condition.NOT_EQUAL, Register.R5, 0, again);
  }

  /** A loop whose counter and addresses move evenly, mostly. */
  private static void write(CodeBuilder code, Random random) {
    Label again = code.newLabel("again");
    code.load(MemorySize.WORD, Register.R2, Register.R1, ProgramBench.DATA)
        .operate(ArithmeticOperator.ADD, Register.R2, random.nextInt(-2, 40))
        .move(Register.R9, Register.R2)
        .move(Register.R0, 0)
        .move(Register.R3, random.nextInt(-3, 100))
        .move(Register.R4, random.nextInt(-3, 8))
        .move(Register.R5, random.nextInt(-3, 100))
        .move(Register.R8, 1)
        .store(MemorySize.DOUBLE, Register.R10, -8, 7)
        .bind(again);
    for (int i = random.nextInt(6); i > 0; i--) {
      instruction(code, random);
    }
    int step = random.nextInt(-3, 6);
    if (random.nextInt(3) > 0) {
      code.operate(ArithmeticOperator.ADD, Register.R5, step);
    } else {
      code.operate32(ArithmeticOperator.ADD, Register.R5, step);
    }
    code.branch(
        random.nextInt(3) > 0 ? Width.W64 : Width.W32,
        CONDITIONS[random.nextInt(CONDITIONS.length)],
        Register.R5,
        random.nextBoolean() ? Register.R3 : new Immediate(random.nextInt(-3, 100)),
        again);
  }

  private static void instruction(CodeBuilder code, Random random) {
    MemorySize size = MemorySize.values()[random.nextInt(4)];
    Register base = random.nextInt(3) > 0 ? Register.R2 : Register.R9;
    int offset = random.nextInt(-2, 10);
    switch (random.nextInt(10)) {
      case 0, 1 -> code.load(size, Register.R8, base, offset);
      case 2 -> code.store(size, base, offset, Register.R0);
      case 3, 4 -> code.operate(ArithmeticOperator.ADD, Register.R2, random.nextInt(-3, 6));
      case 5 -> code.operate(ArithmeticOperator.ADD, Register.R0, Register.R8);
      case 6 ->
          code.move(Register.R9, Register.R2)
              .operate(ArithmeticOperator.ADD, Register.R9, Register.R5);
      case 7 -> code.operate(ArithmeticOperator.XOR, Register.R0, Register.R5);
      case 8 ->
          code.load(MemorySize.DOUBLE, Register.R7, Register.R10, -8)
              .operate(ArithmeticOperator.ADD, Register.R7, Register.R8)
              .store(MemorySize.DOUBLE, Register.R10, -8, Register.R7);
      default -> code.operate32(ArithmeticOperator.SUB, Register.R4, 1);
    }
  }

  private static boolean isCounted(Consumer<CodeBuilder> body) {
    Image image = ImageBuilder.build(ProgramBench.spec("test", body), Map.of());
    RegisterContents contents = RegisterContents.of(image, image.functions);
    BitSet jumps = CodeEntries.of(image, contents, Compiler.SEGMENT).jumps();
    return IntStream.range(0, image.slots())
        .filter(slot -> contents.reached(slot) && RegisterContents.jumps(image.operation[slot]))
        .anyMatch(slot -> CountedLoop.closedBy(image, contents, jumps, slot) != null);
  }
}
