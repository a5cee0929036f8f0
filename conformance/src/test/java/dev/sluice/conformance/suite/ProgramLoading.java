package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.conformance.testbed.Await;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.program.TestRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Loading programs, what is known of them then, and what the verifier refuses. */
public abstract class ProgramLoading extends Suite {
  private static final CodeBuilder PASS = CodeBuilder.create().move(Register.R0, 0).exit();

  private static ProgramSpec classifier(String name, CodeBuilder code) {
    return ProgramSpec.of(name, ProgramType.SCHED_CLS, "Dual MIT/GPL", code.build());
  }

  private Program load(ProgramSpec spec) {
    return closing(datapath().programs().load(spec, Map.of()));
  }

  private VerifierRejected rejected(ProgramSpec spec) {
    VerifierRejected rejected =
        catchThrowableOfType(
            VerifierRejected.class, () -> datapath().programs().load(spec, Map.of()).close());
    assertThat(rejected).as("refusal by the verifier").isNotNull();
    return rejected;
  }

  @Test
  void tellsWhatItIs() {
    Program program = load(classifier("pass", PASS));
    ProgramInfo info = program.info();

    assertThat(info.name()).isEqualTo("pass");
    assertThat(info.type()).isEqualTo(ProgramType.SCHED_CLS);
    assertThat(info.id()).isPositive();
    assertThat(info.tag()).matches("[0-9a-f]{16}");
    assertThat(info.gplCompatible()).isTrue();
    assertThat(info.translatedBytes()).isPositive();
    assertThat(info.mapIds()).isEmpty();
    assertThat(program.translatedInstructions()).hasSize(info.translatedBytes());
    assertThat(datapath().programs().list()).extracting(ProgramInfo::id).contains(info.id());
  }

  @Test
  void equalCodeHasAnEqualTag() {
    Program first = load(classifier("first", PASS));
    Program second = load(classifier("second", PASS));
    Program other = load(classifier("other", CodeBuilder.create().move(Register.R0, 2).exit()));

    assertThat(first.info().tag()).isEqualTo(second.info().tag());
    assertThat(first.info().tag()).isNotEqualTo(other.info().tag());
    assertThat(first.info().id()).isNotEqualTo(second.info().id());
  }

  @Test
  void knowsTheMapsItUses() {
    Program program = program(1, 0);

    assertThat(program.info().mapIds()).containsExactly(trace().map().info().id());
  }

  @Test
  void keepsTheMapsItUses() {
    Program program = program(1, 0);
    int id = trace().map().info().id();
    trace().close();

    assertThat(mapIds()).contains(id);
    program.close();
    // What a program held is let go some time after it.
    assertThat(Await.until(this::mapIds, ids -> !ids.contains(id))).doesNotContain(id);
  }

  private List<Integer> mapIds() {
    return datapath().maps().list().stream().map(MapInfo::id).toList();
  }

  @Test
  void isFoundByItsNumberAsLongAsSomethingHoldsIt() {
    Program program = load(classifier("pass", PASS));
    int id = program.info().id();
    try (Program second = datapath().programs().open(id)) {
      program.close();
      program.close();
      assertThat(second.info().name()).isEqualTo("pass");
    }

    assertGone(() -> datapath().programs().open(id));
  }

  @Test
  void aPinKeepsIt() {
    Path pin = testbed().pinDirectory().resolve("program");
    Program program = load(classifier("pass", PASS));
    int id = program.info().id();
    program.pin(pin);
    program.close();
    try (Program again = datapath().programs().openPinned(pin)) {
      assertThat(again.info().id()).isEqualTo(id);
      assertThat(datapath().programs().holders(id).pins()).containsExactly(pin);
    }
    testbed().unpin(pin);

    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> datapath().programs().openPinned(pin));
  }

  @Test
  void aRegisterThatWasNeverWrittenIsRefused() {
    VerifierRejected rejected =
        rejected(classifier("unset", CodeBuilder.create().move(Register.R0, Register.R3).exit()));

    assertThat(rejected.program()).isEqualTo("unset");
    assertThat(rejected.log()).contains("R3 !read_ok");
    assertThat(rejected).hasMessageContaining("unset").hasMessageContaining("R3");
  }

  @Test
  void aRefusalSaysWhatTheVerifierKnew() {
    ObjectSpec far =
        AssemblyParser.parse(
            "far.bpfasm",
            """
            .program far tcx
              r2 = *(u32 *)(r1 + 76)
              r3 = *(u32 *)(r1 + 80)
              r4 = r2
              r4 += 14
              if r4 > r3 goto out
              r5 = *(u16 *)(r2 + 12)
              r5 &= 63
              r2 += r5
              r0 = *(u16 *)(r2 + 0)
            out:
              r0 = 0
              exit
            """);
    VerifierRejected.Explanation said = rejected(far.programs().getFirst()).explanation();
    assertThat(said.sourceLine()).isEqualTo("far.bpfasm:10");
    assertThat(said.instruction()).isEqualTo("8: r0 = *(u16 *)(r2 +0)");
    assertThat(said.known())
        .containsExactly(
            "r2 is a packet pointer with none of the packet's bytes checked, to which a number from"
                + " 0 to 63 was added; bytes 0 to 1 would be touched");
  }

  @Test
  void aResultThatIsMissingIsRefused() {
    assertThat(rejected(classifier("nothing", CodeBuilder.create().exit())).log())
        .contains("R0 !read_ok");
  }

  @Test
  void aPacketThatWasNotCheckedIsRefused() {
    CodeBuilder unchecked =
        CodeBuilder.create()
            .load(MemorySize.WORD, Register.R2, Register.R1, 76)
            .load(MemorySize.BYTE, Register.R0, Register.R2, 0)
            .exit();

    assertThat(rejected(classifier("unchecked", unchecked)).log())
        .contains("invalid access to packet");
  }

  @Test
  void aMapValueThatWasNotCheckedIsRefused() {
    CodeBuilder unchecked =
        CodeBuilder.create()
            .load(MemorySize.WORD, Register.R2, Register.R1, TracingProgram.MARK)
            .store(MemorySize.WORD, Register.R10, -4, Register.R2)
            .loadMap(Register.R1, Trace.MAP)
            .move(Register.R2, Register.R10)
            .operate(ArithmeticOperator.ADD, Register.R2, -4)
            .call(HelperFunction.MAP_LOOKUP_ELEM)
            .load(MemorySize.WORD, Register.R0, Register.R0, 0)
            .exit();
    ProgramSpec spec = classifier("unchecked", unchecked);

    assertThatExceptionOfType(VerifierRejected.class)
        .isThrownBy(
            () -> datapath().programs().load(spec, Map.of(Trace.MAP, trace().map())).close())
        .satisfies(rejected -> assertThat(rejected.log()).contains("map_value_or_null"));
  }

  @Test
  void someHelpersWantALicenceOfTheirKind() {
    CodeBuilder code =
        CodeBuilder.create()
            .move(Register.R1, Register.R10)
            .operate(ArithmeticOperator.ADD, Register.R1, -8)
            .store(MemorySize.DOUBLE, Register.R10, -8, 0)
            .move(Register.R2, 8)
            .call(HelperFunction.TRACE_PRINTK)
            .move(Register.R0, 0)
            .exit();
    ProgramSpec proprietary =
        ProgramSpec.of("secret", ProgramType.SCHED_CLS, "Proprietary", code.build());

    assertThat(rejected(proprietary).log()).containsIgnoringCase("GPL");
  }

  @Test
  void ofAnObjectAllIsLoadedOrNothing() {
    MapSpec shared = MapSpec.of("suite_shared", MapType.ARRAY, 4, 4, 1);
    ProgramSpec good = classifier("good", PASS);
    ProgramSpec bad = classifier("bad", CodeBuilder.create().exit());
    ObjectSpec broken = new ObjectSpec(List.of(good, bad), List.of(shared));
    List<Integer> before = ids();
    assertThatExceptionOfType(VerifierRejected.class)
        .isThrownBy(() -> datapath().programs().load(broken).close());
    assertThat(Await.untilEquals(before, this::ids)).isEqualTo(before);

    try (LoadedObject loaded =
        datapath().programs().load(new ObjectSpec(List.of(good), List.of(shared)))) {
      assertThat(loaded.program("good").info().name()).isEqualTo("good");
      assertThat(loaded.map("suite_shared").info().maxEntries()).isEqualTo(1);
      assertThatExceptionOfType(NotFound.class).isThrownBy(() -> loaded.program("bad"));
    }
    assertThat(Await.untilEquals(before, this::ids)).isEqualTo(before);
  }

  /** The numbers of what this test made: others may be at work on the same machine. */
  private List<Integer> ids() {
    return Stream.concat(
            datapath().programs().list().stream()
                .filter(info -> List.of("good", "bad").contains(info.name()))
                .map(ProgramInfo::id),
            datapath().maps().list().stream()
                .filter(info -> info.name().equals("suite_shared"))
                .map(MapInfo::id))
        .toList();
  }

  @Test
  @Needs(Feature.TEST_RUN)
  void countsItsRunsWhileStatisticsAreOn() throws Exception {
    Program program = load(classifier("pass", PASS));
    try (AutoCloseable _ = datapath().programs().enableStatistics()) {
      program.testRun(TestRun.of(Frame.labelled("run").bytes().toArray()).repeated(7));
      assertThat(program.info().runCount()).isEqualTo(7);
    }
  }
}
