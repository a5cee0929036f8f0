package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.engine.Machine;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs compute, on each way that they are run. */
class InterpreterTest {
  private final Machine machine = new Machine(() -> 0, 1);

  private long run(ExecutionMode mode, Consumer<CodeBuilder> body) {
    CodeBuilder code = CodeBuilder.create();
    body.accept(code);
    ProgramSpec spec = ProgramSpec.of("test", ProgramType.SCHED_CLS, "GPL", code.exit().build());
    Execution execution = new Execution(new TestSurroundings(machine));
    SocketBuffer packet = new SocketBuffer(64);
    packet.fill(new byte[64], 0, 64, 64);
    execution.begin(packet);
    return mode.prepare(spec, Map.of()).run(execution);
  }

  private static Consumer<CodeBuilder> binary(
      ArithmeticOperator operator, long left, long right, boolean wide) {
    return code -> {
      code.moveWide(Register.R0, left).moveWide(Register.R1, right);
      if (wide) {
        code.operate(operator, Register.R0, Register.R1);
      } else {
        code.operate32(operator, Register.R0, Register.R1);
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void divisionByZeroAndOverflowHaveResults(ExecutionMode mode) {
    assertThat(run(mode, binary(ArithmeticOperator.DIV, 7, 0, true))).isZero();
    assertThat(run(mode, binary(ArithmeticOperator.MOD, 7, 0, true))).isEqualTo(7);
    assertThat(run(mode, binary(ArithmeticOperator.SIGNED_DIV, Long.MIN_VALUE, -1, true)))
        .isEqualTo(Long.MIN_VALUE);
    assertThat(run(mode, binary(ArithmeticOperator.SIGNED_MOD, Long.MIN_VALUE, -1, true))).isZero();
    assertThat(run(mode, binary(ArithmeticOperator.SIGNED_DIV, 0x8000_0000L, 0xffff_ffffL, false)))
        .isEqualTo(0x8000_0000L);
    assertThat(run(mode, binary(ArithmeticOperator.MOD, 0x1_0000_0007L, 0, false))).isEqualTo(7);
    assertThat(run(mode, binary(ArithmeticOperator.DIV, -1, 2, true))).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @EnumSource
  void shiftsCountModuloTheWidth(ExecutionMode mode) {
    assertThat(run(mode, binary(ArithmeticOperator.LSH, 1, 65, true))).isEqualTo(2);
    assertThat(run(mode, binary(ArithmeticOperator.LSH, 1, 33, false))).isEqualTo(2);
    assertThat(run(mode, binary(ArithmeticOperator.ARSH, 0x8000_0000L, 31, false)))
        .isEqualTo(0xffff_ffffL);
    assertThat(run(mode, binary(ArithmeticOperator.RSH, -1, 63, true))).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void resultsOf32BitsClearTheUpperHalf(ExecutionMode mode) {
    assertThat(run(mode, binary(ArithmeticOperator.ADD, -1, 0, false))).isEqualTo(0xffff_ffffL);
    assertThat(run(mode, binary(ArithmeticOperator.MUL, 0x1_0000_0003L, 5, false))).isEqualTo(15);
    assertThat(run(mode, binary(ArithmeticOperator.XOR, -1, 1, false))).isEqualTo(0xffff_fffeL);
  }

  @ParameterizedTest
  @EnumSource
  void atomicUpdatesGiveTheOldValueBack(ExecutionMode mode) {
    assertThat(
            run(
                mode,
                code ->
                    code.store(MemorySize.DOUBLE, Register.R10, -8, 40)
                        .move(Register.R1, 2)
                        .atomic(
                            AtomicOperator.FETCH_ADD,
                            MemorySize.DOUBLE,
                            Register.R10,
                            -8,
                            Register.R1)
                        .load(MemorySize.DOUBLE, Register.R0, Register.R10, -8)
                        .operate(ArithmeticOperator.LSH, Register.R0, 8)
                        .operate(ArithmeticOperator.ADD, Register.R0, Register.R1)))
        .isEqualTo((42 << 8) + 40);
    assertThat(
            run(
                mode,
                code ->
                    code.store(MemorySize.WORD, Register.R10, -4, 7)
                        .move(Register.R0, 7)
                        .move(Register.R1, 9)
                        .atomic(
                            AtomicOperator.COMPARE_EXCHANGE,
                            MemorySize.WORD,
                            Register.R10,
                            -4,
                            Register.R1)
                        .load(MemorySize.WORD, Register.R2, Register.R10, -4)
                        .operate(ArithmeticOperator.MUL, Register.R2, 10)
                        .operate(ArithmeticOperator.ADD, Register.R0, Register.R2)))
        .isEqualTo(97);
  }

  @ParameterizedTest
  @EnumSource
  void functionsHaveStacksOfTheirOwn(ExecutionMode mode) {
    assertThat(
            run(
                mode,
                code -> {
                  Label other = code.newFunction("other");
                  code.store(MemorySize.DOUBLE, Register.R10, -8, 5)
                      .move(Register.R6, 30)
                      .call(other)
                      .load(MemorySize.DOUBLE, Register.R1, Register.R10, -8)
                      .operate(ArithmeticOperator.ADD, Register.R0, Register.R1)
                      .operate(ArithmeticOperator.ADD, Register.R0, Register.R6)
                      .exit()
                      .bind(other)
                      .store(MemorySize.DOUBLE, Register.R10, -8, 900)
                      .move(Register.R6, 1)
                      .move(Register.R0, 7);
                }))
        .isEqualTo(42);
  }

  /** Longer than one method of compiled code, with jumps between all of its parts. */
  @ParameterizedTest
  @EnumSource
  void longProgramsJumpAcrossTheirParts(ExecutionMode mode) {
    int blocks = 400;
    long expected = 0;
    for (int round = 0; round < 3; round++) {
      for (int block = 0; block < blocks; block++) {
        expected = 31 * expected + block;
        expected ^= 7;
      }
    }
    long found =
        run(
            mode,
            code -> {
              Label[] labels = new Label[blocks + 1];
              for (int block = 0; block <= blocks; block++) {
                labels[block] = code.newLabel("block" + block);
              }
              code.move(Register.R0, 0).move(Register.R6, 0).jump(labels[0]);
              // Odd blocks first, so that each block jumps far over others, forward or backward.
              for (int place = 0; place < blocks; place++) {
                int block = place < blocks / 2 ? 2 * place + 1 : 2 * (place - blocks / 2);
                code.bind(labels[block])
                    .operate(ArithmeticOperator.MUL, Register.R0, 31)
                    .operate(ArithmeticOperator.ADD, Register.R0, block)
                    .operate(ArithmeticOperator.XOR, Register.R0, 7)
                    .jump(labels[block + 1]);
              }
              code.bind(labels[blocks])
                  .operate(ArithmeticOperator.ADD, Register.R6, 1)
                  .branch(Condition.LESS, Register.R6, 3, labels[0]);
            });
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void endlessLoopsRunOutOfFuel(ExecutionMode mode) {
    assertThatExceptionOfType(Fault.class)
        .isThrownBy(
            () ->
                run(
                    mode,
                    code -> {
                      Label again = code.newLabel("again");
                      code.move(Register.R0, 1)
                          .bind(again)
                          .operate(ArithmeticOperator.ADD, Register.R0, 2)
                          .branch(Condition.NOT_EQUAL, Register.R0, 0, again);
                    }))
        .withMessageContaining("program test at instruction 2")
        .withMessageContaining("runs on without end");
  }

  @ParameterizedTest
  @EnumSource
  void memoryOutsideOfARegionFaults(ExecutionMode mode) {
    assertFault(
        mode, code -> code.load(MemorySize.DOUBLE, Register.R0, Register.R10, -513), "stack");
    assertFault(mode, code -> code.load(MemorySize.BYTE, Register.R0, Register.R10, 0), "stack");
    assertFault(
        mode,
        code -> code.move(Register.R2, 0).load(MemorySize.BYTE, Register.R0, Register.R2, 0),
        "number and no address");
    assertFault(
        mode,
        code ->
            code.load(MemorySize.WORD, Register.R2, Register.R1, 76)
                .load(MemorySize.BYTE, Register.R0, Register.R2, 64),
        "packet");
    assertFault(
        mode,
        code ->
            code.load(MemorySize.WORD, Register.R2, Register.R1, 76)
                .store(MemorySize.BYTE, Register.R2, -1, 1),
        "packet");
    assertFault(
        mode,
        code ->
            code.moveWide(Register.R2, 0x7234_5678_1abc_def0L)
                .store(MemorySize.DOUBLE, Register.R2, 0, 1),
        "no address of memory");
  }

  private void assertFault(ExecutionMode mode, Consumer<CodeBuilder> body, String problem) {
    assertThatExceptionOfType(Fault.class)
        .isThrownBy(() -> run(mode, body))
        .withMessageContaining(problem)
        .withMessageContaining("r10=fp");
  }

  @Test
  void whatCannotBeLoadedIsSaid() {
    @Nullable VerifierRejected rejected = null;
    try {
      run(ExecutionMode.INTERPRETED, code -> code.call(dev.sluice.bpf.HelperFunction.BIND));
    } catch (VerifierRejected e) {
      rejected = e;
    }

    assertThat(rejected).isNotNull();
    assertThat(rejected).hasMessageContaining("bpf_bind");
  }
}
