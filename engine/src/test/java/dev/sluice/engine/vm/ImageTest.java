package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.MapReference;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.engine.map.EngineMaps;
import dev.sluice.engine.map.OpenMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that cannot be made ready to run, whatever a verifier thinks of them. */
class ImageTest {
  private static final Instruction ZERO = Arithmetic.move(Register.R0, 0);
  private static final Instruction EXIT = new Jump.Exit();
  private static final Instruction WIDE = new Constant.Wide(Register.R1, 1L << 40);

  private final ProgramBench bench = new ProgramBench();

  private static Jump.Branch branch(int offset) {
    return new Jump.Branch(Width.W64, Condition.EQUAL, Register.R0, new Immediate(0), offset);
  }

  private Executable prepare(Instruction... instructions) {
    return ExecutionMode.STANDARD.prepare(
        ProgramSpec.of("test", ProgramType.SCHED_CLS, "GPL", Code.of(instructions)), bench.maps);
  }

  private void assertRejected(String log, Instruction... instructions) {
    assertThatExceptionOfType(VerifierRejected.class)
        .isThrownBy(() -> prepare(instructions))
        .satisfies(rejected -> assertThat(rejected.log()).isEqualTo(log + "\n"))
        .satisfies(rejected -> assertThat(rejected.program()).isEqualTo("test"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-3, 2, 1000, -1000, 32767, -32768})
  void jumpsStayInTheProgram(int offset) {
    String log = "jump out of range from insn 1 to " + (2 + offset);

    assertRejected(log, ZERO, new Jump.Goto(offset), ZERO, EXIT);
    assertRejected(log, ZERO, new Jump.GotoLong(offset), ZERO, EXIT);
    assertRejected(log, ZERO, branch(offset), ZERO, EXIT);
    assertRejected(log, ZERO, new Jump.MayGoto(offset), ZERO, EXIT);
    assertRejected("call to invalid destination", ZERO, new Call.Function(offset), ZERO, EXIT);
  }

  @Test
  void offsetsThatOverflowStayOutside() {
    for (int offset : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThatExceptionOfType(VerifierRejected.class)
          .isThrownBy(() -> prepare(ZERO, new Jump.GotoLong(offset), EXIT));
      assertRejected("call to invalid destination", ZERO, new Call.Function(offset), EXIT);
      assertRejected(
          "call to invalid destination",
          new Constant.FunctionAddress(Register.R1, offset),
          ZERO,
          EXIT);
    }
  }

  @Test
  void noJumpLeadsIntoAConstant() {
    String log = "jump into the middle of ldimm64 insn 2";

    assertRejected(log, ZERO, new Jump.Goto(1), WIDE, EXIT);
    assertRejected(log, ZERO, branch(1), WIDE, EXIT);
    assertRejected(log, ZERO, new Jump.MayGoto(1), WIDE, EXIT);
    assertRejected(log, ZERO, new Call.Function(1), WIDE, EXIT);
    assertRejected(
        "jump into the middle of ldimm64 insn 3",
        new Constant.FunctionAddress(Register.R1, 3),
        ZERO,
        WIDE,
        EXIT);
  }

  @Test
  void aProgramEndsWithAnExitOrAJump() {
    String log = "last insn is not an exit or jmp";

    assertRejected(log, ZERO);
    assertRejected(log, ZERO, WIDE);
    assertRejected(log, ZERO, branch(-2));
    assertRejected(log, ZERO, new Jump.MayGoto(-2));
    assertRejected(log, ZERO, new Call.Helper(HelperFunction.KTIME_GET_NS.id()));
    assertRejected(log, new Call.Function(0), ZERO);
  }

  @Test
  void helpersThatTheTypeMayNotCallAreRefused() {
    assertRejected(
        "program of this type cannot use helper bpf_bind#64",
        new Call.Helper(HelperFunction.BIND.id()),
        EXIT);
    assertRejected("invalid func unknown#9999", new Call.Helper(9999), EXIT);
    assertRejected("invalid func unknown#-1", new Call.Helper(-1), EXIT);
  }

  @Test
  void whatNeedsAKernelIsRefusedByName() {
    assertUnsupported(
        "addr_space_cast", new Arithmetic.CastAddressSpace(Register.R0, Register.R0, 0, 1));
    assertUnsupported("a variable of the kernel", new Constant.KernelVariable(Register.R1, 5, 0));
    assertUnsupported("kfunc", new Call.KernelFunction(1, 0));
    for (MapReference reference :
        new MapReference[] {new MapReference.Descriptor(3), new MapReference.Index(0)}) {
      assertUnsupported(
          "a map by its file descriptor", new Constant.MapAddress(Register.R1, reference));
      assertUnsupported(
          "a map by its file descriptor", new Constant.MapValueAddress(Register.R1, reference, 0));
    }
  }

  private void assertUnsupported(String what, Instruction instruction) {
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> prepare(ZERO, instruction, EXIT))
        .withMessageContaining(what)
        .withMessageContaining("program test, instruction 1");
  }

  @Test
  void aMapThatIsNotGivenIsNotFound() {
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> prepare(Constant.MapAddress.of(Register.R1, "flows"), ZERO, EXIT))
        .withMessageContaining("flows, which program test names");
  }

  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      names = {"HASH", "PERCPU_ARRAY", "LRU_HASH", "PROG_ARRAY"})
  void onlyArraysHaveValuesThatProgramsFindByThemselves(MapType type) {
    map(MapSpec.of("map", type, 4, 4, 1));

    assertRejected(
        "no direct value access support for this map type",
        Constant.MapValueAddress.of(Register.R1, "map", 0),
        ZERO,
        EXIT);
  }

  @Test
  void theValueIsThatOfAnArrayWithOneEntry() {
    map(MapSpec.of("map", MapType.ARRAY, 4, 12, 2));
    assertRejected(
        "invalid access to map value pointer, value_size=12 off=0",
        Constant.MapValueAddress.of(Register.R1, "map", 0),
        ZERO,
        EXIT);

    map(MapSpec.of("map", MapType.ARRAY, 4, 12, 1));
    assertRejected(
        "invalid access to map value pointer, value_size=12 off=12",
        Constant.MapValueAddress.of(Register.R1, "map", 12),
        ZERO,
        EXIT);
    assertThat(
            bench.run(
                prepare(
                    Constant.MapValueAddress.of(Register.R1, "map", 11),
                    Memory.load(MemorySize.BYTE, Register.R0, Register.R1, 0),
                    EXIT)))
        .isZero();
  }

  private void map(MapSpec spec) {
    bench.maps.put(spec.name(), OpenMap.of(new EngineMaps(bench.machine).create(spec)));
  }

  @Test
  void aTypeThatTheEngineDoesNotRunIsRefusedByName() {
    ProgramSpec spec = ProgramSpec.of("probe", ProgramType.KPROBE, "GPL", Code.of(ZERO, EXIT));

    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> ExecutionMode.STANDARD.prepare(spec, Map.of()))
        .withMessageContaining("kprobe");
  }

  @Test
  void theSourceLineOfWhatIsWrongIsTold() {
    assertThatExceptionOfType(VerifierRejected.class)
        .isThrownBy(
            () ->
                bench.prepare(
                    ExecutionMode.STANDARD,
                    code -> code.line("probe.c", 7, 1, "bind();").call(HelperFunction.BIND)))
        .withMessageContaining("probe.c:7");
  }
}
