package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Register;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that are longer than what HotSpot compiles as one method. */
class LongProgramTest {
  private final ProgramBench bench = new ProgramBench();

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
        bench.run(
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
  void aFaultFarIntoAProgramIsPlaced(ExecutionMode mode) {
    Fault fault =
        bench.fault(
            mode,
            code -> {
              code.move(Register.R0, 0);
              for (int i = 1; i < 5_000; i++) {
                code.operate(ArithmeticOperator.ADD, Register.R0, 1);
              }
              code.load(MemorySize.BYTE, Register.R1, Register.R10, 0);
            });

    assertThat(fault)
        .hasMessageStartingWith("program test at instruction 5000 (r1 = *(u8 *)(r10 +0))")
        .hasMessageContaining("; r0=4999 r1=ctx ");
  }

  @ParameterizedTest
  @EnumSource
  void programsMayBeLongerThanAClassHoldsConstants(ExecutionMode mode) {
    for (int constants : new int[] {6_600, 60_000}) {
      long expected = 0;
      for (int number = 0; number < constants; number++) {
        expected ^= 0x1_0000_0000L * number + 1;
      }
      long found =
          bench.run(
              mode,
              code -> {
                code.move(Register.R0, 0);
                for (int number = 0; number < constants; number++) {
                  code.moveWide(Register.R1, 0x1_0000_0000L * number + 1)
                      .operate(ArithmeticOperator.XOR, Register.R0, Register.R1);
                }
              });
      assertThat(found).as("%d constants", constants).isEqualTo(expected);
    }
  }
}
