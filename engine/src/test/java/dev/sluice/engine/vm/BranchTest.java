package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import java.math.BigInteger;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every condition, on operands at the edges, and the jumps without one. */
class BranchTest {
  private static final List<Long> EDGES =
      List.of(
          0L,
          1L,
          -1L,
          5L,
          0x7fff_ffffL,
          0x8000_0000L,
          0xffff_ffffL,
          0x1_0000_0000L,
          0x1_0000_0001L,
          -0x8000_0000L,
          Long.MAX_VALUE,
          Long.MIN_VALUE);

  private static final List<Integer> IMMEDIATES = List.of(0, 1, -1, 0x7fff_ffff, Integer.MIN_VALUE);

  private final ProgramBench bench = new ProgramBench();

  static Stream<Arguments> conditions() {
    return Stream.of(ExecutionMode.values())
        .flatMap(
            mode ->
                Stream.of(Width.values())
                    .flatMap(
                        width ->
                            Stream.of(Condition.values())
                                .map(condition -> Arguments.of(mode, width, condition))));
  }

  private static boolean expected(Width width, Condition condition, long left, long right) {
    BigInteger module = BigInteger.ONE.shiftLeft(width.bits());
    BigInteger a = BigInteger.valueOf(left).mod(module);
    BigInteger b = BigInteger.valueOf(right).mod(module);
    BigInteger half = module.shiftRight(1);
    int unsigned = a.compareTo(b);
    int signed = a.add(half).mod(module).compareTo(b.add(half).mod(module));
    return switch (condition) {
      case EQUAL -> unsigned == 0;
      case NOT_EQUAL -> unsigned != 0;
      case GREATER -> unsigned > 0;
      case GREATER_OR_EQUAL -> unsigned >= 0;
      case LESS -> unsigned < 0;
      case LESS_OR_EQUAL -> unsigned <= 0;
      case SIGNED_GREATER -> signed > 0;
      case SIGNED_GREATER_OR_EQUAL -> signed >= 0;
      case SIGNED_LESS -> signed < 0;
      case SIGNED_LESS_OR_EQUAL -> signed <= 0;
      case ANY_BIT -> a.and(b).signum() != 0;
    };
  }

  /** Gives 1 where it jumps, else 0. */
  private static Consumer<CodeBuilder> branch(Width width, Condition condition, Operand right) {
    return code ->
        code.move(Register.R2, Register.R0)
            .move(Register.R0, 1)
            .add(new Jump.Branch(width, condition, Register.R2, right, 1))
            .move(Register.R0, 0);
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void twoRegistersAreCompared(ExecutionMode mode, Width width, Condition condition) {
    Executable program = bench.onNumbers(mode, 2, branch(width, condition, Register.R1));
    for (long left : EDGES) {
      for (long right : EDGES) {
        bench.numbers(left, right);

        assertThat(bench.run(program))
            .as("%s %s %s", left, condition, right)
            .isEqualTo(expected(width, condition, left, right) ? 1 : 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void aRegisterIsComparedWithAnImmediate(ExecutionMode mode, Width width, Condition condition) {
    for (int right : IMMEDIATES) {
      Executable program = bench.onNumbers(mode, 1, branch(width, condition, new Immediate(right)));
      for (long left : EDGES) {
        bench.numbers(left);

        assertThat(bench.run(program))
            .as("%s %s %s", left, condition, right)
            .isEqualTo(expected(width, condition, left, right) ? 1 : 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void jumpsGoForthAndBack(ExecutionMode mode) {
    long result =
        bench.run(
            mode,
            code -> {
              Label forth = code.newLabel("forth");
              Label back = code.newLabel("back");
              Label end = code.newLabel("end");
              code.move(Register.R0, 1)
                  .jump(forth)
                  .bind(back)
                  .add(new Jump.GotoLong(1))
                  .move(Register.R0, 2)
                  .jumpLong(end)
                  .bind(forth)
                  .jumpLong(back)
                  .bind(end);
            });

    assertThat(result).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aLoopThatMayGoOnEndsAfterItsTurns(ExecutionMode mode) {
    long turns = bench.run(mode, BranchTest::countTurns);

    assertThat(turns).isEqualTo(Execution.MAY_GOTO_LOOPS);
  }

  private static void countTurns(CodeBuilder code) {
    Label again = code.newLabel("again");
    Label end = code.newLabel("end");
    code.move(Register.R0, 0)
        .bind(again)
        .mayJump(end)
        .operate(ArithmeticOperator.ADD, Register.R0, 1)
        .jump(again)
        .bind(end);
  }

  @ParameterizedTest
  @EnumSource
  void eachFunctionHasTurnsOfItsOwn(ExecutionMode mode) {
    long turns =
        bench.run(
            mode,
            code -> {
              Label loop = code.newFunction("loop");
              code.call(loop)
                  .move(Register.R6, Register.R0)
                  .call(loop)
                  .operate(ArithmeticOperator.ADD, Register.R0, Register.R6)
                  .exit()
                  .bind(loop);
              countTurns(code);
            });

    assertThat(turns).isEqualTo(2L * Execution.MAY_GOTO_LOOPS);
  }

  @ParameterizedTest
  @EnumSource
  void anEndlessLoopRunsOutOfFuel(ExecutionMode mode) {
    bench.fuel = 100_000;
    Fault fault =
        bench.fault(
            mode,
            code -> {
              Label again = code.newLabel("again");
              code.move(Register.R0, 1).bind(again).jump(again);
            });

    assertThat(fault.problem()).startsWith("it runs on without end: 100000000 backward jumps");
    assertThat(fault).hasMessageStartingWith("program test at instruction 1 (goto pc-1): ");
  }

  @ParameterizedTest
  @EnumSource
  void forwardJumpsTakeNoFuel(ExecutionMode mode) {
    long before = fuelOf(mode, code -> code.load(MemorySize.WORD, Register.R0, Register.R1, 0));
    long after =
        fuelOf(
            mode,
            code -> {
              Label end = code.newLabel("end");
              code.move(Register.R0, 0)
                  .branch(Condition.EQUAL, Register.R0, 0, end)
                  .move(Register.R0, 1)
                  .bind(end);
            });

    assertThat(before).isZero();
    assertThat(after).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void backwardJumpsThatAreTakenTakeFuel(ExecutionMode mode) {
    long used =
        fuelOf(
            mode,
            code -> {
              Label again = code.newLabel("again");
              code.move(Register.R0, 10)
                  .bind(again)
                  .operate(ArithmeticOperator.SUB, Register.R0, 1)
                  .branch(Condition.NOT_EQUAL, Register.R0, 0, again);
            });

    assertThat(used).isEqualTo(9);
  }

  private long fuelOf(ExecutionMode mode, Consumer<CodeBuilder> body) {
    bench.run(mode, body);
    return Execution.FUEL - bench.execution.fuel;
  }
}
