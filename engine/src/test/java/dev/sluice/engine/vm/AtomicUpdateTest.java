package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Register;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Atomic updates: what is in memory, and in which register the old value is, afterwards. */
class AtomicUpdateTest {
  private static final List<Long> EDGES =
      List.of(0L, 1L, -1L, 0x7fff_ffffL, 0xffff_ffffL, 0x1_0000_0001L, 0x1234_5678_9abc_def0L);

  private final ProgramBench bench = new ProgramBench();

  static Stream<Arguments> updates() {
    return Stream.of(ExecutionMode.values())
        .flatMap(
            mode ->
                Stream.of(MemorySize.WORD, MemorySize.DOUBLE)
                    .flatMap(
                        size ->
                            Stream.of(AtomicOperator.values())
                                .map(operator -> Arguments.of(mode, size, operator))));
  }

  /**
   * The numbers are memory, source and R0. Afterwards memory is there, the source behind it, and R0
   * is returned.
   */
  @ParameterizedTest
  @MethodSource("updates")
  void memoryChangesAndTheOldValueIsGivenBack(
      ExecutionMode mode, MemorySize size, AtomicOperator operator) {
    Executable program =
        bench.onNumbers(
            mode,
            0,
            code ->
                code.load(MemorySize.DOUBLE, Register.R2, Register.R9, 8)
                    .load(MemorySize.DOUBLE, Register.R0, Register.R9, 16)
                    .atomic(operator, size, Register.R9, 0, Register.R2)
                    .store(MemorySize.DOUBLE, Register.R9, 8, Register.R2));
    for (long memory : EDGES) {
      for (long source : EDGES) {
        for (long compared : EDGES) {
          bench.numbers(memory, source, compared);
          final long result = bench.run(program);

          boolean wide = size == MemorySize.DOUBLE;
          long mask = wide ? -1L : 0xffff_ffffL;
          long old = memory & mask;
          boolean equal = (compared & mask) == old;
          long changed =
              switch (operator) {
                case ADD, FETCH_ADD -> old + source;
                case OR, FETCH_OR -> old | source;
                case AND, FETCH_AND -> old & source;
                case XOR, FETCH_XOR -> old ^ source;
                case EXCHANGE -> source;
                case COMPARE_EXCHANGE -> equal ? source : old;
              };
          boolean comparing = operator == AtomicOperator.COMPARE_EXCHANGE;
          boolean fetching =
              switch (operator) {
                case ADD, OR, AND, XOR, COMPARE_EXCHANGE -> false;
                case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, EXCHANGE -> true;
              };
          byte[] bytes = bench.packet.bytes;
          int head = bench.packet.head;
          assertThat(GuestMemory.getLong(bytes, head))
              .as("memory after %s of %x with %x", operator, memory, source)
              .isEqualTo((changed & mask) | (memory & ~mask));
          assertThat(GuestMemory.getLong(bytes, head + 8)).isEqualTo(fetching ? old : source);
          assertThat(result).isEqualTo(comparing ? old : compared);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSourceMayBeTheAddress(ExecutionMode mode) {
    long old =
        bench.run(
            mode,
            code ->
                code.store(MemorySize.DOUBLE, Register.R10, -8, 41)
                    .move(Register.R2, Register.R10)
                    .operate(ArithmeticOperator.ADD, Register.R2, -8)
                    .atomic(AtomicOperator.EXCHANGE, MemorySize.DOUBLE, Register.R2, 0, Register.R2)
                    .move(Register.R0, Register.R2));

    assertThat(old).isEqualTo(41);
  }

  @ParameterizedTest
  @EnumSource
  void memoryThatIsNotThereFaults(ExecutionMode mode) {
    for (AtomicOperator operator : AtomicOperator.values()) {
      for (MemorySize size : List.of(MemorySize.WORD, MemorySize.DOUBLE)) {
        assertThat(
                bench
                    .fault(mode, code -> code.atomic(operator, size, Register.R10, 0, Register.R1))
                    .problem())
            .contains("outside of the stack");
        assertThat(
                bench
                    .fault(mode, code -> code.atomic(operator, size, Register.R1, 8, Register.R1))
                    .problem())
            .contains("the context has fields");
      }
    }
  }
}
