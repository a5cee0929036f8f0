package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.Register;
import dev.sluice.engine.map.EngineMaps;
import dev.sluice.engine.map.OpenMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a fault tells of the place that it happened at. */
class FaultPlaceTest {
  private final ProgramBench bench = new ProgramBench();

  @ParameterizedTest
  @EnumSource
  void theInstructionAndTheRegistersAreTold(ExecutionMode mode) {
    bench.maps.put(
        "values",
        OpenMap.of(
            new EngineMaps(bench.machine).create(MapSpec.of("values", MapType.ARRAY, 4, 4, 1))));
    Fault fault =
        bench.fault(
            mode,
            code ->
                code.move(Register.R0, -5)
                    .loadMap(Register.R2, "values")
                    .loadMapValue(Register.R3, "values", 2)
                    .move(Register.R4, Register.R10)
                    .operate(ArithmeticOperator.ADD, Register.R4, -24)
                    .load(MemorySize.WORD, Register.R5, Register.R1, ProgramBench.DATA)
                    .move(Register.R6, 0)
                    .move(Register.R7, 0)
                    .move(Register.R8, 0)
                    .move(Register.R9, 0)
                    .store(MemorySize.DOUBLE, Register.R10, 8, Register.R2));

    assertThat(fault)
        .hasMessage(
            "program test at instruction 12 (*(u64 *)(r10 +8) = r2): access of 8 bytes at 520 is"
                + " outside of the stack, which has 512 bytes; r0=-5 r1=ctx r2=map r3=map_value@2"
                + " r4=fp-24 r5=pkt@256 r6=0 r7=0 r8=0 r9=0 r10=fp");
  }

  @ParameterizedTest
  @EnumSource
  void theSourceLineIsTold(ExecutionMode mode) {
    Fault fault =
        bench.fault(
            mode,
            code ->
                code.line("shape.c", 41, 1, "  int zero = 0;")
                    .move(Register.R2, 0)
                    .line("shape.c", 42, 3, "  return *zero;")
                    .load(MemorySize.WORD, Register.R0, Register.R2, 0));

    assertThat(fault)
        .hasMessageStartingWith(
            "program test at instruction 1 (r0 = *(u32 *)(r2 +0)), shape.c:42 `return *zero;`: "
                + "0 is a number and no address; ");
  }

  @ParameterizedTest
  @EnumSource
  void aHelpersFaultIsAtItsCall(ExecutionMode mode) {
    Fault fault =
        bench.fault(
            mode,
            code ->
                code.move(Register.R2, 0)
                    .move(Register.R3, 3)
                    .move(Register.R4, 4)
                    .call(HelperFunction.SKB_LOAD_BYTES));

    assertThat(fault).hasMessageStartingWith("program test at instruction 3 (call ");
    assertThat(fault).hasMessageContaining("r3=3 r4=4");
  }

  @Test
  void aPlaceIsGivenOnce() {
    ProgramSpec spec = ProgramBench.spec("inner", code -> code.move(Register.R0, 0));
    long[] registers = new long[11];
    registers[1] = Address.of(Address.STACK + 2, 500);
    registers[2] = Address.of(Address.LENT | 1, 4);
    registers[3] = Address.of(Address.FUNCTION | 17, 0);
    registers[4] = Address.of(Address.CONTEXT, 8);
    Fault fault = FaultPlace.of(new Fault("it broke"), spec, 0, registers);

    assertThat(fault.problem()).isEqualTo("it broke");
    assertThat(fault)
        .hasMessage(
            "program inner at instruction 0 (r0 = 0): it broke; r0=0 r1=fp[2]-12 r2=mem+4"
                + " r3=func@17 r4=ctx+8 r5=0 r6=0 r7=0 r8=0 r9=0 r10=0");
    assertThat(FaultPlace.of(fault, spec, 1, registers)).isSameAs(fault);
  }
}
