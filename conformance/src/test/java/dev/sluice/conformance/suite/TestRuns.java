package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Codec;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.datapath.program.TypedMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Running programs on given packets: verdict, packet, context, maps, tail calls. */
@Needs(Feature.TEST_RUN)
public abstract class TestRuns extends Suite {
  private static final int SKB_SIZE = 192;
  private static final Frame FRAME = Frame.labelled("test run");

  private Program classifier(Consumer<CodeBuilder> body, Map<String, BpfMap> maps) {
    CodeBuilder code = CodeBuilder.create().move(Register.R6, Register.R1);
    body.accept(code);
    ProgramSpec spec =
        ProgramSpec.of("run", ProgramType.SCHED_CLS, "Dual MIT/GPL", code.exit().build());
    return closing(datapath().programs().load(spec, maps));
  }

  private Program classifier(Consumer<CodeBuilder> body) {
    return classifier(body, Map.of());
  }

  private static TestRun onFrame() {
    return TestRun.of(FRAME.bytes().toArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 2, 7, 1000, Integer.MIN_VALUE})
  void returnsTheVerdict(int verdict) {
    TestRun.Result result = classifier(code -> code.move(Register.R0, verdict)).testRun(onFrame());

    assertThat(result.verdict()).isEqualTo(verdict);
    assertThat(result.packet()).isEqualTo(FRAME.bytes());
  }

  @Test
  void theProgramSeesThePacketsLength() {
    assertThat(
            classifier(code -> code.load(MemorySize.WORD, Register.R0, Register.R6, 0))
                .testRun(onFrame())
                .verdict())
        .isEqualTo(FRAME.length());
  }

  @Test
  void theProgramReadsThePacket() {
    Program thirdByteOfSource =
        classifier(
            code -> {
              Label end = code.newLabel("end");
              code.move(Register.R0, -1)
                  .load(MemorySize.WORD, Register.R2, Register.R6, 76)
                  .load(MemorySize.WORD, Register.R3, Register.R6, 80)
                  .move(Register.R4, Register.R2)
                  .operate(ArithmeticOperator.ADD, Register.R4, 34)
                  .branch(Condition.GREATER, Register.R4, Register.R3, end)
                  .load(MemorySize.BYTE, Register.R0, Register.R2, 28)
                  .bind(end);
            });
    Frame frame = Frame.Udp.of("10.20.77.40", 1, "10.1.0.2", 2).frame();

    assertThat(thirdByteOfSource.testRun(TestRun.of(frame.bytes().toArray())).verdict())
        .isEqualTo(77);
  }

  @Test
  void theProgramChangesThePacket() {
    Program program =
        classifier(
            code ->
                code.store(MemorySize.BYTE, Register.R10, -1, 0x5a)
                    .move(Register.R1, Register.R6)
                    .move(Register.R2, 3)
                    .move(Register.R3, Register.R10)
                    .operate(ArithmeticOperator.ADD, Register.R3, -1)
                    .move(Register.R4, 1)
                    .move(Register.R5, 0)
                    .call(HelperFunction.SKB_STORE_BYTES));
    TestRun.Result result = program.testRun(onFrame());
    byte[] expected = FRAME.bytes().toArray();
    expected[3] = 0x5a;

    assertThat(result.verdict()).isZero();
    assertThat(result.packet()).isEqualTo(Bytes.copyOf(expected));
  }

  @Test
  void theContextGoesInAndComesOut() {
    ByteBuffer context = ByteBuffer.allocate(SKB_SIZE).order(ByteOrder.nativeOrder());
    context.putInt(TracingProgram.MARK, 41).putInt(TracingProgram.PRIORITY, 7);
    Program program =
        classifier(
            code ->
                code.load(MemorySize.WORD, Register.R0, Register.R6, TracingProgram.MARK)
                    .move(Register.R1, Register.R0)
                    .operate(ArithmeticOperator.ADD, Register.R1, 1)
                    .store(MemorySize.WORD, Register.R6, TracingProgram.MARK, Register.R1)
                    .move(Register.R1, 0x0001_0010)
                    .store(MemorySize.WORD, Register.R6, TracingProgram.PRIORITY, Register.R1));
    TestRun.Result result = program.testRun(onFrame().withContext(Bytes.copyOf(context.array())));

    assertThat(result.verdict()).isEqualTo(41);
    assertThat(result.context().view().getInt(TracingProgram.MARK)).isEqualTo(42);
    assertThat(result.context().view().getInt(TracingProgram.PRIORITY)).isEqualTo(0x0001_0010);
  }

  @Test
  void aFrameWithoutAnEthernetHeaderIsRefused() {
    Program program = classifier(code -> code.move(Register.R0, 0));

    refused(Errno.EINVAL, () -> program.testRun(TestRun.of(new byte[13])));
  }

  /** Each run adds one to entry 0, so that host and program see the same map. */
  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      names = {"HASH", "ARRAY", "LRU_HASH", "PERCPU_HASH", "PERCPU_ARRAY"})
  void programAndHostShareAMap(MapType type) {
    TypedMap<Integer, Long> counts =
        new TypedMap<>(
            closing(datapath().maps().create(MapSpec.of("counts", type, 4, 8, 4))),
            Codec.U32,
            Codec.U64);
    counts.map().update(Codec.U32.toBytes(0), new byte[counts.map().info().hostValueSize()]);
    Program program =
        classifier(
            code -> {
              Label end = code.newLabel("end");
              code.store(MemorySize.WORD, Register.R10, -4, 0)
                  .loadMap(Register.R1, "counts")
                  .move(Register.R2, Register.R10)
                  .operate(ArithmeticOperator.ADD, Register.R2, -4)
                  .call(HelperFunction.MAP_LOOKUP_ELEM)
                  .branch(Condition.EQUAL, Register.R0, 0, end)
                  .move(Register.R1, 1)
                  .atomic(AtomicOperator.ADD, MemorySize.DOUBLE, Register.R0, 0, Register.R1)
                  .move(Register.R0, 0)
                  .bind(end);
            },
            Map.of("counts", counts.map()));
    program.testRun(onFrame().repeated(5));

    long sum =
        type.isPerCpu()
            ? counts.getPerCpu(0).stream().mapToLong(Long::longValue).sum()
            : counts.get(0).orElseThrow();
    assertThat(sum).isEqualTo(5);
  }

  @Test
  void aProgramMakesAndRemovesEntries() {
    TypedMap<Integer, Integer> map =
        new TypedMap<>(
            closing(datapath().maps().create(MapSpec.of("table", MapType.HASH, 4, 4, 4))),
            Codec.U32,
            Codec.U32);
    map.put(8, 80);
    Program program =
        classifier(
            code -> {
              code.store(MemorySize.WORD, Register.R10, -4, 7)
                  .store(MemorySize.WORD, Register.R10, -8, 70);
              stackArguments(code);
              code.move(Register.R3, Register.R10)
                  .operate(ArithmeticOperator.ADD, Register.R3, -8)
                  .move(Register.R4, 0)
                  .call(HelperFunction.MAP_UPDATE_ELEM)
                  .store(MemorySize.WORD, Register.R10, -4, 8);
              stackArguments(code);
              code.call(HelperFunction.MAP_DELETE_ELEM);
            },
            Map.of("table", map.map()));

    assertThat(program.testRun(onFrame()).verdict()).isZero();
    assertThat(map.get(7)).contains(70);
    assertThat(map.get(8)).isEmpty();
  }

  private static void stackArguments(CodeBuilder code) {
    code.loadMap(Register.R1, "table")
        .move(Register.R2, Register.R10)
        .operate(ArithmeticOperator.ADD, Register.R2, -4);
  }

  @Test
  @Needs(Feature.MAP_PROG_ARRAY)
  void aTailCallGoesOnInAnotherProgramAndDoesNotComeBack() {
    BpfMap table =
        closing(datapath().maps().create(MapSpec.of("next", MapType.PROG_ARRAY, 4, 4, 2)));
    Program caller =
        classifier(
            code ->
                code.move(Register.R1, Register.R6)
                    .loadMap(Register.R2, "next")
                    .move(Register.R3, 1)
                    .call(HelperFunction.TAIL_CALL)
                    .move(Register.R0, 5),
            Map.of("next", table));
    assertThat(caller.testRun(onFrame()).verdict()).as("to an empty slot").isEqualTo(5);
    Program callee = classifier(code -> code.move(Register.R0, 9));
    table.update(Codec.U32.toBytes(1), datapath().maps().reference(callee));

    assertThat(caller.testRun(onFrame()).verdict()).isEqualTo(9);
  }

  @Test
  @Needs(Feature.BPF_TO_BPF_CALLS)
  void functionsCallEachOther() {
    Program program =
        classifier(
            code -> {
              Label twice = code.newFunction("twice");
              code.move(Register.R1, 21)
                  .call(twice)
                  .exit()
                  .bind(twice)
                  .move(Register.R0, Register.R1)
                  .operate(ArithmeticOperator.ADD, Register.R0, Register.R1);
            });

    assertThat(program.testRun(onFrame()).verdict()).isEqualTo(42);
  }

  @Test
  void arithmeticIsThatOfTheMachine() {
    // Division by zero gives zero; shifts take the low bits of their count.
    assertThat(
            classifier(
                    code ->
                        code.move(Register.R0, 7)
                            .move(Register.R1, 0)
                            .operate(ArithmeticOperator.DIV, Register.R0, Register.R1))
                .testRun(onFrame())
                .verdict())
        .isZero();
    assertThat(
            classifier(
                    code ->
                        code.move(Register.R0, -8)
                            .operate32(ArithmeticOperator.RSH, Register.R0, 28))
                .testRun(onFrame())
                .verdict())
        .isEqualTo(15);
  }
}
