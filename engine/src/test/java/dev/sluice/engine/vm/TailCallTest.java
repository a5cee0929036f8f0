package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.program.Codec;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.map.EngineMaps;
import dev.sluice.engine.map.OpenMap;
import dev.sluice.engine.program.EngineProgram;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls to other programs: what goes with them, where they come back to, how many there are. */
class TailCallTest {
  private static final String NEXT = "next";

  private final ProgramBench bench = new ProgramBench();
  private EngineMap next;

  @BeforeEach
  void makeArray() {
    next =
        OpenMap.of(
            new EngineMaps(bench.machine).create(MapSpec.of(NEXT, MapType.PROG_ARRAY, 4, 4, 4)));
    bench.maps.put(NEXT, next);
  }

  private EngineProgram program(ExecutionMode mode, String name, Consumer<CodeBuilder> body) {
    ProgramSpec spec = ProgramBench.spec(name, body);
    return new EngineProgram(bench.machine, spec, bench.maps, mode.prepare(spec, bench.maps), 0);
  }

  private void put(int index, EngineProgram program) {
    assertThat(next.write(Codec.U32.toBytes(index), Codec.U32.toBytes(program.id()), 0)).isZero();
  }

  /** Calls a program with the context in R6; goes on if it cannot. */
  private static CodeBuilder call(CodeBuilder code, int index) {
    return code.move(Register.R1, Register.R6)
        .loadMap(Register.R2, NEXT)
        .move(Register.R3, index)
        .call(HelperFunction.TAIL_CALL);
  }

  private static CodeBuilder start(CodeBuilder code) {
    return code.move(Register.R6, Register.R1);
  }

  @ParameterizedTest
  @EnumSource
  void theOtherProgramGetsTheContextAndItsResultCounts(ExecutionMode mode) {
    bench.packet.mark = 33;
    put(2, program(mode, "other", code -> code.load(MemorySize.WORD, Register.R0, Register.R1, 8)));
    Executable caller = program(mode, "caller", code -> call(start(code), 2)).executable();

    assertThat(bench.run(caller)).isEqualTo(33);
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyPlaceAndOneBeyondAreGoneThrough(ExecutionMode mode) {
    for (int index : new int[] {0, 4, -1, Integer.MIN_VALUE}) {
      Executable caller =
          program(mode, "caller", code -> call(start(code), index).move(Register.R0, 5))
              .executable();

      assertThat(bench.run(caller)).as("index %d", index).isEqualTo(5);
      assertThat(bench.execution.tailCalls).isZero();
    }
  }

  /** A program that counts its runs in the mark and calls itself. */
  private EngineProgram itself(ExecutionMode mode) {
    EngineProgram itself =
        program(
            mode,
            "itself",
            code ->
                call(
                        start(code)
                            .load(MemorySize.WORD, Register.R0, Register.R6, 8)
                            .operate(ArithmeticOperator.ADD, Register.R0, 1)
                            .store(MemorySize.WORD, Register.R6, 8, Register.R0),
                        0)
                    .load(MemorySize.WORD, Register.R0, Register.R6, 8));
    put(0, itself);
    return itself;
  }

  @ParameterizedTest
  @EnumSource
  void after33CallsAProgramGoesOn(ExecutionMode mode) {
    Executable itself = itself(mode).executable();

    assertThat(bench.run(itself)).isEqualTo(1 + Execution.TAIL_CALLS);
    bench.packet.mark = 0;
    assertThat(bench.run(itself)).as("the next run").isEqualTo(1 + Execution.TAIL_CALLS);
  }

  @ParameterizedTest
  @EnumSource
  void fromAFunctionTheOtherProgramComesBackToItsCaller(ExecutionMode mode) {
    put(1, program(mode, "other", code -> code.move(Register.R0, 40).move(Register.R6, 1)));
    Executable caller =
        program(
                mode,
                "caller",
                code -> {
                  Label function = code.newFunction("function");
                  start(code)
                      .call(function)
                      .load(MemorySize.WORD, Register.R1, Register.R6, 0)
                      .operate(ArithmeticOperator.ADD, Register.R0, 2)
                      .exit()
                      .bind(function);
                  call(start(code), 1).move(Register.R0, -1);
                })
            .executable();

    assertThat(bench.run(caller)).isEqualTo(42);
    assertThat(bench.execution.depth).isZero();
  }

  /**
   * A program whose function calls the program again goes two functions deeper with each of them,
   * as far as the tail calls reach: the kernel lets it.
   */
  @ParameterizedTest
  @EnumSource
  void functionsOfAllProgramsOfAChainMayBeUnderWay(ExecutionMode mode) {
    EngineProgram itself =
        program(
            mode,
            "deep",
            code -> {
              Label middle = code.newFunction("middle");
              Label function = code.newFunction("function");
              start(code)
                  .call(middle)
                  .operate(ArithmeticOperator.ADD, Register.R0, 1)
                  .exit()
                  .bind(middle)
                  .call(function)
                  .exit()
                  .bind(function);
              call(start(code), 0).move(Register.R0, 0);
            });
    put(0, itself);

    assertThat(bench.run(itself.executable())).isEqualTo(1 + Execution.TAIL_CALLS);
  }

  @ParameterizedTest
  @EnumSource
  void aCallBackIntoTheCallerIsItsOwnFunctionAgain(ExecutionMode mode) {
    put(
        1,
        program(
            mode,
            "other",
            code -> {
              Label body = code.newFunction("body");
              code.move(Register.R1, 3)
                  .loadFunction(Register.R2, body)
                  .move(Register.R3, 0)
                  .move(Register.R4, 0)
                  .call(HelperFunction.LOOP)
                  .exit()
                  .bind(body)
                  .move(Register.R0, 0);
            }));
    Executable caller =
        program(
                mode,
                "caller",
                code -> {
                  Label function = code.newFunction("function");
                  Label body = code.newFunction("body");
                  start(code)
                      .call(function)
                      .move(Register.R1, 5)
                      .loadFunction(Register.R2, body)
                      .move(Register.R3, 0)
                      .move(Register.R4, 0)
                      .call(HelperFunction.LOOP)
                      .exit()
                      .bind(function);
                  call(start(code), 1).move(Register.R0, -1).exit().bind(body).move(Register.R0, 0);
                })
            .executable();

    assertThat(bench.run(caller)).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource
  void aFaultNamesTheProgramThatItIsIn(ExecutionMode mode) {
    put(
        0,
        program(
            mode,
            "other",
            code -> code.move(Register.R3, 7).load(MemorySize.BYTE, Register.R0, Register.R3, 1)));
    Executable caller = program(mode, "caller", code -> call(start(code), 0)).executable();
    Fault fault = catchThrowableOfType(Fault.class, () -> bench.run(caller));

    assertThat(fault)
        .hasMessageStartingWith("program other at instruction 1 (r0 = *(u8 *)(r3 +1)): ")
        .hasMessageContaining("8 is a number and no address");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoArrayOfProgramsFaults(ExecutionMode mode) {
    bench.maps.put(
        "values",
        OpenMap.of(
            new EngineMaps(bench.machine).create(MapSpec.of("values", MapType.ARRAY, 4, 4, 1))));
    assertThat(
            bench
                .fault(
                    mode,
                    code ->
                        code.loadMap(Register.R2, "values")
                            .move(Register.R3, 0)
                            .call(HelperFunction.TAIL_CALL))
                .problem())
        .contains("is no array of programs");
    assertThat(
            bench
                .fault(mode, code -> code.move(Register.R2, 0).call(HelperFunction.TAIL_CALL))
                .problem())
        .contains("is no address of a map");
  }
}
