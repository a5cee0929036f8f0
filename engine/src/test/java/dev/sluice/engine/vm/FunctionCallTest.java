package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Register;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls between the functions of a program, by label, by address and by helpers. */
class FunctionCallTest {
  private final ProgramBench bench = new ProgramBench();

  @ParameterizedTest
  @EnumSource
  void argumentsGoInAndTheResultComesOut(ExecutionMode mode) {
    long result =
        bench.run(
            mode,
            code -> {
              Label digits = code.newFunction("digits");
              code.move(Register.R1, 1)
                  .move(Register.R2, 2)
                  .move(Register.R3, 3)
                  .move(Register.R4, 4)
                  .move(Register.R5, 5)
                  .call(digits)
                  .exit()
                  .bind(digits)
                  .move(Register.R0, 0);
              for (int i = 1; i <= 5; i++) {
                code.operate(ArithmeticOperator.MUL, Register.R0, 10)
                    .operate(ArithmeticOperator.ADD, Register.R0, Register.of(i));
              }
            });

    assertThat(result).isEqualTo(12_345);
  }

  @ParameterizedTest
  @EnumSource
  void aFunctionMayOverwriteR6ToR9(ExecutionMode mode) {
    long result =
        bench.run(
            mode,
            code -> {
              Label function = code.newFunction("function");
              for (int i = 6; i <= 9; i++) {
                code.move(Register.of(i), i);
              }
              code.call(function);
              for (int i = 6; i <= 9; i++) {
                code.operate(ArithmeticOperator.MUL, Register.R0, 10)
                    .operate(ArithmeticOperator.ADD, Register.R0, Register.of(i));
              }
              code.exit().bind(function).move(Register.R0, 1);
              for (int i = 6; i <= 9; i++) {
                code.move(Register.of(i), -1);
              }
            });

    assertThat(result).isEqualTo(16_789);
  }

  @ParameterizedTest
  @EnumSource
  void aFunctionReachesItsCallersStackByPointerOnly(ExecutionMode mode) {
    long result =
        bench.run(
            mode,
            code -> {
              Label function = code.newFunction("function");
              code.store(MemorySize.DOUBLE, Register.R10, -8, 1)
                  .move(Register.R1, Register.R10)
                  .operate(ArithmeticOperator.ADD, Register.R1, -16)
                  .call(function)
                  .load(MemorySize.DOUBLE, Register.R0, Register.R10, -8)
                  .operate(ArithmeticOperator.MUL, Register.R0, 10)
                  .load(MemorySize.DOUBLE, Register.R1, Register.R10, -16)
                  .operate(ArithmeticOperator.ADD, Register.R0, Register.R1)
                  .exit()
                  .bind(function)
                  .store(MemorySize.DOUBLE, Register.R10, -8, 9)
                  .store(MemorySize.DOUBLE, Register.R1, 0, 2)
                  .move(Register.R0, 0);
            });

    assertThat(result).isEqualTo(12);
  }

  /** Calls itself so many times as R1 says, and counts. */
  private static void recursion(CodeBuilder code, int depth) {
    Label function = code.newFunction("function");
    Label end = code.newLabel("end");
    code.move(Register.R1, depth)
        .call(function)
        .exit()
        .bind(function)
        .move(Register.R0, 0)
        .branch(Condition.EQUAL, Register.R1, 0, end)
        .operate(ArithmeticOperator.SUB, Register.R1, 1)
        .call(function)
        .operate(ArithmeticOperator.ADD, Register.R0, 1)
        .bind(end);
  }

  @ParameterizedTest
  @EnumSource
  void eightFunctionsMayBeUnderWay(ExecutionMode mode) {
    assertThat(bench.run(mode, code -> recursion(code, Address.MAX_FRAMES - 2))).isEqualTo(6);
    assertThat(bench.execution.depth).isZero();
    assertThat(Execution.FUEL - bench.execution.fuel).as("a unit per call").isEqualTo(7);
  }

  @ParameterizedTest
  @EnumSource
  void endlessRecursionFaults(ExecutionMode mode) {
    Fault fault = bench.fault(mode, code -> recursion(code, Integer.MAX_VALUE));

    assertThat(fault.problem()).contains("call stack").contains("too deep");
    assertThat(fault).hasMessageContaining("program test at instruction 6 (call pc-4)");
  }

  @ParameterizedTest
  @EnumSource
  void aFunctionIsCalledByItsAddress(ExecutionMode mode) {
    long result =
        bench.run(
            mode,
            code -> {
              Label function = code.newFunction("function");
              code.loadFunction(Register.R7, function)
                  .move(Register.R1, 20)
                  .add(new Call.Indirect(Register.R7))
                  .exit()
                  .bind(function)
                  .move(Register.R0, Register.R1)
                  .operate(ArithmeticOperator.ADD, Register.R0, 2);
            });

    assertThat(result).isEqualTo(22);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoFunctionCannotBeCalled(ExecutionMode mode) {
    long[] addresses = {
      0,
      5,
      Address.of(Address.FUNCTION | 1000, 0),
      Address.of(Address.FUNCTION | 1, 0),
      Address.of(Address.FUNCTION, 4),
      Address.of(Address.STACK, 0)
    };
    for (long address : addresses) {
      Fault fault =
          bench.fault(
              mode,
              code ->
                  code.moveWide(Register.R7, address)
                      .add(new Call.Indirect(Register.R7))
                      .move(Register.R0, 0));

      assertThat(fault.problem()).contains("function");
    }
  }

  /** A loop adds the turn's number to what the context points to, until the turn given. */
  private static void loop(CodeBuilder code, int turns, int last) {
    Label body = code.newFunction("body");
    code.store(MemorySize.DOUBLE, Register.R10, -8, 0)
        .move(Register.R1, turns)
        .loadFunction(Register.R2, body)
        .move(Register.R3, Register.R10)
        .operate(ArithmeticOperator.ADD, Register.R3, -8)
        .move(Register.R4, 0)
        .call(HelperFunction.LOOP)
        .operate(ArithmeticOperator.MUL, Register.R0, 1000)
        .load(MemorySize.DOUBLE, Register.R1, Register.R10, -8)
        .operate(ArithmeticOperator.ADD, Register.R0, Register.R1)
        .exit()
        .bind(body);
    Label end = code.newLabel("end");
    code.load(MemorySize.DOUBLE, Register.R3, Register.R2, 0)
        .operate(ArithmeticOperator.ADD, Register.R3, Register.R1)
        .store(MemorySize.DOUBLE, Register.R2, 0, Register.R3)
        .move(Register.R0, 1)
        .branch(Condition.EQUAL, Register.R1, last, end)
        .move(Register.R0, 0)
        .bind(end);
  }

  @ParameterizedTest
  @EnumSource
  void aHelperCallsAFunctionBack(ExecutionMode mode) {
    assertThat(bench.run(mode, code -> loop(code, 5, -1))).isEqualTo(5_010);
    assertThat(bench.run(mode, code -> loop(code, 5, 2))).isEqualTo(3_003);
    assertThat(bench.execution.depth).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aFaultInAFunctionLeavesNothingBehind(ExecutionMode mode) {
    bench.fault(
        mode,
        code -> {
          Label function = code.newFunction("function");
          code.call(function)
              .exit()
              .bind(function)
              .move(Register.R1, 0)
              .load(MemorySize.BYTE, Register.R0, Register.R1, 0);
        });

    assertThat(bench.execution.depth).isZero();
    assertThat(bench.execution.functions).isNull();
  }
}
