package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Register;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loads from the packet in network byte order, which end the program beyond it. */
class PacketLoadTest {
  private static final int BYTES = 40;
  private static final int NETWORK = -0x100000;
  private static final int LINK = -0x200000;

  private final ProgramBench bench = new ProgramBench();

  @BeforeEach
  void fill() {
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = (byte) (0xf0 + i);
    }
    bench.packet(bytes);
  }

  private long absolute(ExecutionMode mode, MemorySize size, int offset) {
    return bench.run(mode, load(code -> code.add(new Memory.LoadAbsolute(size, offset))));
  }

  private long indirect(ExecutionMode mode, MemorySize size, long index, int offset) {
    return bench.run(
        mode,
        load(
            code ->
                code.moveWide(Register.R7, index)
                    .add(new Memory.LoadIndirect(size, Register.R7, offset))));
  }

  /** Adds 1 to what is loaded, so that 0 is a program that ended early. */
  private static Consumer<CodeBuilder> load(Consumer<CodeBuilder> load) {
    return code -> {
      code.move(Register.R6, Register.R1);
      load.accept(code);
      code.operate(ArithmeticOperator.ADD, Register.R0, 1);
    };
  }

  @ParameterizedTest
  @EnumSource
  void numbersAreInNetworkByteOrder(ExecutionMode mode) {
    assertThat(absolute(mode, MemorySize.BYTE, 1)).isEqualTo(0xf1 + 1);
    assertThat(absolute(mode, MemorySize.HALF, 1)).isEqualTo(0xf1f2 + 1);
    assertThat(absolute(mode, MemorySize.WORD, 1)).isEqualTo(0xf1f2_f3f4L + 1);
    assertThat(indirect(mode, MemorySize.WORD, 3, -2)).isEqualTo(0xf1f2_f3f4L + 1);
  }

  @ParameterizedTest
  @EnumSource
  void beyondThePacketTheProgramEndsWithZero(ExecutionMode mode) {
    assertThat(absolute(mode, MemorySize.WORD, BYTES - 4)).isNotZero();
    assertThat(absolute(mode, MemorySize.WORD, BYTES - 3)).isZero();
    assertThat(absolute(mode, MemorySize.BYTE, BYTES)).isZero();
    assertThat(absolute(mode, MemorySize.BYTE, Integer.MAX_VALUE)).isZero();
    assertThat(absolute(mode, MemorySize.BYTE, -1)).isZero();
    assertThat(absolute(mode, MemorySize.BYTE, Integer.MIN_VALUE)).isZero();
    assertThat(indirect(mode, MemorySize.BYTE, BYTES - 1, 0)).isNotZero();
    assertThat(indirect(mode, MemorySize.BYTE, BYTES - 1, 1)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void theIndexCountsWithItsLowerHalf(ExecutionMode mode) {
    assertThat(indirect(mode, MemorySize.BYTE, 0x7_0000_0002L, 0)).isEqualTo(0xf2 + 1);
    assertThat(indirect(mode, MemorySize.BYTE, -1, 3)).isEqualTo(0xf2 + 1);
  }

  @ParameterizedTest
  @EnumSource
  void negativeOffsetsCountFromTheHeaders(ExecutionMode mode) {
    assertThat(absolute(mode, MemorySize.BYTE, NETWORK)).isEqualTo(0xfe + 1);
    assertThat(absolute(mode, MemorySize.BYTE, NETWORK + 3)).isEqualTo(1 + 1);
    assertThat(absolute(mode, MemorySize.BYTE, LINK + 1)).isEqualTo(0xf1 + 1);
    bench.packet.networkHeader += 4;

    assertThat(absolute(mode, MemorySize.BYTE, NETWORK)).isEqualTo(2 + 1);
    assertThat(absolute(mode, MemorySize.BYTE, LINK - 1)).isZero();
    assertThat(absolute(mode, MemorySize.BYTE, NETWORK + BYTES)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void inAFunctionOnlyTheFunctionEnds(ExecutionMode mode) {
    long result =
        bench.run(
            mode,
            code -> {
              Label function = code.newFunction("function");
              code.call(function)
                  .operate(ArithmeticOperator.ADD, Register.R0, 5)
                  .exit()
                  .bind(function)
                  .move(Register.R6, Register.R1)
                  .add(new Memory.LoadAbsolute(MemorySize.BYTE, BYTES))
                  .move(Register.R0, 100);
            });

    assertThat(result).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource
  void r6HoldsTheContext(ExecutionMode mode) {
    Fault fault =
        bench.fault(
            mode,
            code -> code.move(Register.R6, 0).add(new Memory.LoadAbsolute(MemorySize.BYTE, 0)));

    assertThat(fault.problem()).contains("R6 must hold the context");
  }
}
