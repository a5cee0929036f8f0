package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.kernel.Await;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.kernel.syscall.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({Root.class, FdLeaks.class})
class KernelProgramTest {
  private final KernelMaps maps = new KernelMaps();
  private final KernelPrograms programs = new KernelPrograms(NetworkNamespace.current());

  private LoadedObject load(String assembly) {
    return programs.load(AssemblyParser.parse("test.bpfasm", assembly));
  }

  private static final String COUNT =
      """
      .license GPL
      .map counts array key 4 value 8 entries 1
      .program count tcx
        *(u32 *)(r10 - 4) = 0
        r2 = r10
        r2 += -4
        r1 = map[counts]
        call bpf_map_lookup_elem
        if r0 == 0 goto out
        r1 = 1
        lock *(u64 *)(r0 + 0) += r1
      out:
        r0 = 0
        exit
      """;

  private static byte[] packet(int length) {
    byte[] packet = new byte[length];
    packet[12] = 0x08;
    packet[14] = 0x45;
    return packet;
  }

  @Test
  void runsAndIsKnown() {
    try (LoadedObject object = load(COUNT)) {
      Program program = object.program("count");
      TestRun.Result result = program.testRun(TestRun.of(packet(64)).repeated(5));
      assertThat(result.verdict()).isZero();
      assertThat(result.packet().length()).isEqualTo(64);
      assertThat(object.map("counts").lookup(new byte[4]))
          .isEqualTo(ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(5).array());
      ProgramInfo info = program.info();
      assertThat(info.type()).isEqualTo(ProgramType.SCHED_CLS);
      assertThat(info.name()).isEqualTo("count");
      assertThat(info.gplCompatible()).isTrue();
      assertThat(info.tag()).matches("[0-9a-f]{16}");
      assertThat(info.verifiedInstructions()).isPositive();
      assertThat(info.mapIds()).containsExactly(object.map("counts").info().id());
      assertThat(program.translatedInstructions()).hasSize(info.translatedBytes());
      assertThat(programs.list()).anyMatch(other -> other.id() == info.id());
      try (Program same = programs.open(info.id())) {
        assertThat(same.info().tag()).isEqualTo(info.tag());
      }
      assertThat(programs.holders(info.id()).processes())
          .anyMatch(process -> process.pid() == ProcessHandle.current().pid());
    }
  }

  @Test
  void passesAContext() {
    String mark =
        """
        .program mark tcx
          r2 = *(u32 *)(r1 + 8)
          r2 += 1
          *(u32 *)(r1 + 8) = r2
          r0 = r2
          exit
        """;
    try (LoadedObject object = load(mark)) {
      byte[] context = new byte[192];
      context[8] = 41;
      TestRun.Result result =
          object.program("mark").testRun(TestRun.of(packet(64)).withContext(Bytes.copyOf(context)));
      assertThat(result.verdict()).isEqualTo(42);
      assertThat(result.context().toArray()[8]).isEqualTo((byte) 42);
      assertThat(result.context().length()).isEqualTo(192);
    }
  }

  @Test
  void saysWhyATestRunIsRefused() {
    try (Program program = programs.load(TestPrograms.returning("p", 0), Map.of())) {
      assertThatExceptionOfType(KernelRejected.class)
          .isThrownBy(() -> program.testRun(TestRun.of(new byte[4])))
          .withMessageContaining("the packet has 4 bytes and needs 14 or more");
      assertThatExceptionOfType(KernelRejected.class)
          .isThrownBy(() -> program.testRun(TestRun.of(packet(20))))
          .satisfies(e -> assertThat(e.is(Errno.EINVAL)).isTrue())
          .withMessageContaining("needs 34 bytes or more, and this one has 20");
    }
  }

  @Test
  void countsRunsWhileStatisticsAreOn() throws Exception {
    try (Program program = programs.load(TestPrograms.returning("p", 0), Map.of());
        AutoCloseable statistics = programs.enableStatistics()) {
      assertThat(statistics).isNotNull();
      program.testRun(TestRun.of(packet(64)).repeated(1000));
      assertThat(program.info().runCount()).isGreaterThanOrEqualTo(1000);
      assertThat(program.info().runTimeNanoseconds()).isPositive();
    }
  }

  private void assertRejected(String body, String line, String words, String hint) {
    assertThatExceptionOfType(VerifierRejected.class)
        .isThrownBy(() -> load(body).close())
        .satisfies(
            e -> {
              assertThat(e.sourceLine()).as(e.log()).isEqualTo(line);
              assertThat(e.getMessage()).contains(line);
              assertThat(e.log()).contains(words);
              assertThat(e.hint()).as(e.log()).isNotNull().contains(hint);
            });
  }

  @Test
  void explainsAnUncheckedPacketAccess() {
    assertRejected(
        """
        .program p tcx
          r2 = *(u32 *)(r1 + 76)
          r0 = *(u8 *)(r2 + 0)
          exit
        """,
        "test.bpfasm:3",
        "invalid access to packet",
        "compare the packet pointer plus the bytes");
  }

  @Test
  void explainsAMissingResult() {
    assertRejected(
        ".program p tcx\n  exit\n", "test.bpfasm:2", "R0 !read_ok", "R0 has no value on this path");
  }

  @Test
  void explainsALostRegister() {
    assertRejected(
        """
        .license GPL
        .program p tcx
          r3 = 5
          call bpf_ktime_get_ns
          r0 = r3
          exit
        """,
        "test.bpfasm:5",
        "R3 !read_ok",
        "calls clear R1 to R5");
  }

  @Test
  void explainsAnUncheckedLookup() {
    assertRejected(
        """
        .map m hash key 4 value 8 entries 1
        .program p tcx
          *(u32 *)(r10 - 4) = 0
          r2 = r10
          r2 += -4
          r1 = map[m]
          call bpf_map_lookup_elem
          r0 = *(u64 *)(r0 + 0)
          exit
        """,
        "test.bpfasm:8",
        "invalid mem access 'map_value_or_null'",
        "compare its result with 0");
  }

  @Test
  void explainsAnEndlessLoop() {
    assertRejected(
        """
        .program p tcx
        again:
          r0 = 0
          goto again
          exit
        """,
        "test.bpfasm:5",
        "unreachable insn 2",
        "no path leads to this instruction");
    assertRejected(
        """
        .program p tcx
          r0 = 0
        again:
          if r0 == 0 goto again
          exit
        """,
        "test.bpfasm:4",
        "infinite loop detected",
        "give the loop a counter");
  }

  @Test
  void explainsHelpersThatAreNotForTheProgram() {
    assertRejected(
        ".license GPL\n.program p tcx\n  r1 = 0\n  call bpf_xdp_adjust_head\n  r0 = 0\n  exit\n",
        "test.bpfasm:4",
        "cannot use helper bpf_xdp_adjust_head",
        "programs of this type may not call this helper");
    assertRejected(
        """
        .license Proprietary
        .map e perf_event_array
        .program p tcx
          r2 = map[e]
          r3 = 0
          *(u64 *)(r10 - 8) = 0
          r4 = r10
          r4 += -8
          r5 = 8
          call bpf_perf_event_output
          r0 = 0
          exit
        """,
        "test.bpfasm:10",
        "cannot call GPL-restricted function from non-GPL compatible program",
        "for GPL-compatible programs");
  }

  @Test
  void explainsTheStack() {
    assertRejected(
        ".program p tcx\n  *(u64 *)(r10 - 520) = 0\n  r0 = 0\n  exit\n",
        "test.bpfasm:2",
        "invalid write to stack",
        "512 bytes below R10");
  }

  @Test
  void keepsTheWholeLogHoweverLong() {
    String loop =
        """
        .program p tcx
          r6 = 0
        again:
          r6 += 1
          if r6 != 40000 goto again
          r0 = r9
          exit
        """;
    assertThatExceptionOfType(VerifierRejected.class)
        .isThrownBy(() -> load(loop).close())
        .satisfies(
            e -> {
              assertThat(e.log().length()).isGreaterThan(1 << 20);
              assertThat(e.log()).startsWith("0: R1=ctx() R10=fp0").contains("R9 !read_ok");
              assertThat(e.sourceLine()).isEqualTo("test.bpfasm:6");
            });
  }

  @Test
  void leavesNothingOfAnObjectWhenAProgramIsRefused() {
    ObjectSpec spec =
        AssemblyParser.parse(
            "bad.bpfasm",
            COUNT.replace("counts", "left_behind") + ".program bad tcx\n  r0 = r9\n  exit\n");
    int open = Fd.openCount();
    assertThatExceptionOfType(VerifierRejected.class).isThrownBy(() -> programs.load(spec).close());
    assertThat(Fd.openCount()).isEqualTo(open);
    Await.until(
        "the object's map is gone",
        () -> maps.list().stream().map(MapInfo::name).noneMatch("left_behind"::equals));
  }

  @Test
  void namesTheMapThatIsMissing() {
    ObjectSpec spec = AssemblyParser.parse("test.bpfasm", COUNT);
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> programs.load(spec.programs().getFirst(), Map.of()).close())
        .withMessageContaining("counts, which program count names");
  }
}
