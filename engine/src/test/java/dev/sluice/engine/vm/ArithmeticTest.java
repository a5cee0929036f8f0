package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.ByteSwap;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every arithmetic instruction, on operands at the edges, against numbers without bounds. */
class ArithmeticTest {
  private static final List<Long> EDGES =
      List.of(
          0L,
          1L,
          -1L,
          2L,
          7L,
          31L,
          32L,
          63L,
          64L,
          0x7fff_ffffL,
          0x8000_0000L,
          0xffff_ffffL,
          0x1_0000_0000L,
          -0x8000_0000L,
          0x1234_5678_9abc_def0L,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          Long.MIN_VALUE + 1);

  private static final List<Integer> IMMEDIATES =
      List.of(0, 1, -1, 3, 31, 63, 0x7fff_ffff, Integer.MIN_VALUE, 0x1234_5678);

  private final ProgramBench bench = new ProgramBench();

  static Stream<Arguments> operations() {
    return Stream.of(ExecutionMode.values())
        .flatMap(
            mode ->
                Stream.of(Width.values())
                    .flatMap(
                        width ->
                            Stream.of(ArithmeticOperator.values())
                                .map(operator -> Arguments.of(mode, width, operator))));
  }

  /** What an operation gives, computed with numbers that have no bounds. */
  private static long expected(Width width, ArithmeticOperator operator, long left, long right) {
    BigInteger module = BigInteger.ONE.shiftLeft(width.bits());
    BigInteger a = BigInteger.valueOf(left).mod(module);
    BigInteger b = BigInteger.valueOf(right).mod(module);
    BigInteger half = module.shiftRight(1);
    BigInteger signedA = a.compareTo(half) < 0 ? a : a.subtract(module);
    BigInteger signedB = b.compareTo(half) < 0 ? b : b.subtract(module);
    boolean byZero = b.signum() == 0;
    int count = b.intValue() & (width.bits() - 1);
    BigInteger result =
        switch (operator) {
          case ADD -> a.add(b);
          case SUB -> a.subtract(b);
          case MUL -> a.multiply(b);
          case DIV -> byZero ? BigInteger.ZERO : a.divide(b);
          case SIGNED_DIV -> byZero ? BigInteger.ZERO : signedA.divide(signedB);
          case OR -> a.or(b);
          case AND -> a.and(b);
          case LSH -> a.shiftLeft(count);
          case RSH -> a.shiftRight(count);
          case MOD -> byZero ? a : a.mod(b);
          case SIGNED_MOD -> byZero ? a : signedA.remainder(signedB);
          case XOR -> a.xor(b);
          case MOV -> b;
          case ARSH -> signedA.shiftRight(count);
        };
    return result.mod(module).longValue();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void twoRegistersGiveOne(ExecutionMode mode, Width width, ArithmeticOperator operator) {
    Executable program =
        bench.onNumbers(
            mode,
            2,
            code -> code.add(new Arithmetic.Binary(width, operator, Register.R0, Register.R1)));
    for (long left : EDGES) {
      for (long right : EDGES) {
        bench.numbers(left, right);

        assertThat(bench.run(program))
            .as("%s %s %s", left, operator, right)
            .isEqualTo(expected(width, operator, left, right));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aRegisterAndAnImmediateGiveOne(
      ExecutionMode mode, Width width, ArithmeticOperator operator) {
    for (int right : IMMEDIATES) {
      Executable program =
          bench.onNumbers(
              mode,
              1,
              code ->
                  code.add(
                      new Arithmetic.Binary(width, operator, Register.R0, new Immediate(right))));
      for (long left : EDGES) {
        bench.numbers(left);

        assertThat(bench.run(program))
            .as("%s %s %s", left, operator, right)
            .isEqualTo(expected(width, operator, left, right));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aRegisterWithItselfGivesOne(ExecutionMode mode, Width width, ArithmeticOperator operator) {
    Executable program =
        bench.onNumbers(
            mode,
            1,
            code -> code.add(new Arithmetic.Binary(width, operator, Register.R0, Register.R0)));
    for (long number : EDGES) {
      bench.numbers(number);

      assertThat(bench.run(program)).isEqualTo(expected(width, operator, number, number));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNegativeIsTheComplement(ExecutionMode mode) {
    for (Width width : Width.values()) {
      Executable program =
          bench.onNumbers(mode, 1, code -> code.add(new Arithmetic.Negate(width, Register.R0)));
      for (long number : EDGES) {
        bench.numbers(number);

        assertThat(bench.run(program))
            .isEqualTo(expected(width, ArithmeticOperator.SUB, 0, number));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMoveExtendsTheSign(ExecutionMode mode) {
    for (Width width : Width.values()) {
      for (int bits = 8; bits < width.bits(); bits *= 2) {
        Arithmetic move = new Arithmetic.MoveSigned(width, bits, Register.R0, Register.R1);
        Executable program = bench.onNumbers(mode, 2, code -> code.add(move));
        for (long number :
            List.of(0L, 0x7fL, 0x80L, -1L, 0x7fffL, 0x8000L, 0x7654_3210_8000_0000L)) {
          bench.numbers(99, number);
          BigInteger part = BigInteger.valueOf(number).mod(BigInteger.ONE.shiftLeft(bits));
          if (part.testBit(bits - 1)) {
            part = part.subtract(BigInteger.ONE.shiftLeft(bits));
          }

          assertThat(bench.run(program))
              .as("%s of %s", move, number)
              .isEqualTo(part.mod(BigInteger.ONE.shiftLeft(width.bits())).longValue());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void swapsReverseTheBytesOrCutThem(ExecutionMode mode) {
    long number = 0xf1e2_d3c4_b5a6_9788L;
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    for (ByteSwap swap : ByteSwap.values()) {
      boolean reverses =
          switch (swap) {
            case REVERSE -> true;
            case TO_BIG_ENDIAN -> little;
            case TO_LITTLE_ENDIAN -> !little;
          };
      for (int bits : List.of(16, 32, 64)) {
        Executable program =
            bench.onNumbers(mode, 1, code -> code.swapBytes(swap, bits, Register.R0));
        bench.numbers(number);
        long reversed = 0;
        for (int i = 0; i < bits; i += 8) {
          reversed = reversed << 8 | (number >>> i & 0xff);
        }
        long cut = bits == 64 ? number : number & ((1L << bits) - 1);

        assertThat(bench.run(program)).as("%s %s", swap, bits).isEqualTo(reverses ? reversed : cut);
      }
    }
  }
}
