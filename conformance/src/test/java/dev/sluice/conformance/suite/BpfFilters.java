package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.BpfFilter.Classic.Instruction;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.FilterEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs as classic filters ({@code net/sched/cls_bpf.c}), with and without direct action. */
@Needs({Feature.CLS_BPF, Feature.CLSACT})
public abstract class BpfFilters extends TrafficSuite {
  private static final int DROP = 2;

  private void atIngress(int priority, Program program) {
    addFilter(Handle.CLSACT_INGRESS, priority, BpfFilter.directAction(program, "suite"));
  }

  private boolean passes() {
    return passes(Direction.INGRESS, Frame.labelled("filter"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 3, 5, 6, 9, 100})
  void directActionGoesOnWithTheNextFilter(int verdict) {
    addClsact();
    atIngress(1, program(1, verdict));
    atIngress(2, program(2, DROP));

    assertThat(passes()).isFalse();
    assertThat(trace().take()).containsExactly(1, 2);
  }

  @Test
  void directActionPasses() {
    addClsact();
    atIngress(1, program(1, 0));
    atIngress(2, program(2, DROP));

    assertThat(passes()).isTrue();
    assertThat(trace().take()).containsExactly(1);
  }

  /** Drop, stolen, trap: to the packet it is all the same. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void directActionConsumes(int verdict) {
    addClsact();
    atIngress(1, program(1, verdict));
    atIngress(2, program(2, 0));

    assertThat(passes()).isFalse();
    assertThat(trace().take()).containsExactly(1);
  }

  @Test
  void directActionRedirects() {
    testbed().addWire(1);
    addClsact();
    atIngress(1, load(TracingProgram.redirecting(1, testbed().left().device(1).index())));
    try (Capture elsewhere = testbed().right().capture(testbed().right().device(1))) {
      assertThat(passes()).isFalse();
      assertThat(labels(elsewhere, 1)).containsExactly("filter");
    }
  }

  @Test
  void theLowerPriorityNumberIsAskedFirst() {
    addClsact();
    atIngress(20, program(1, -1));
    atIngress(10, program(2, -1));
    atIngress(30, program(3, -1));

    assertThat(passes()).isTrue();
    assertThat(trace().take()).containsExactly(2, 1, 3);
  }

  @Test
  void withinAPriorityTheNewestIsAskedFirst() {
    addClsact();
    atIngress(1, program(1, -1));
    atIngress(1, program(2, -1));
    atIngress(1, program(3, -1));

    assertThat(passes()).isTrue();
    assertThat(trace().take()).containsExactly(3, 2, 1);
  }

  @Test
  void aPriorityThatIsNotGivenGoesBeforeThoseThatWereChosenEarlier() {
    addClsact();
    atIngress(0, program(1, -1));
    atIngress(0, program(2, -1));

    assertThat(passes()).isTrue();
    assertThat(trace().take()).containsExactly(2, 1);
    assertThat(filters(Handle.CLSACT_INGRESS))
        .extracting(FilterEntry::priority)
        .containsExactly(49151, 49152);
  }

  @Test
  void readsBackTheProgramItHolds() {
    addClsact();
    Program program = program(1, -1);
    atIngress(7, program);
    FilterEntry entry = filters(Handle.CLSACT_INGRESS).getFirst();

    assertThat(entry.priority()).isEqualTo(7);
    assertThat(entry.filter())
        .isInstanceOfSatisfying(
            BpfFilter.class,
            filter -> {
              assertThat(filter.directAction()).isTrue();
              assertThat(filter.source())
                  .isEqualTo(
                      new BpfFilter.Installed(program.info().id(), program.info().tag(), "suite"));
            });
  }

  @Test
  void replacePutsAnotherProgramInItsPlace() {
    addClsact();
    atIngress(1, program(1, -1));
    atIngress(1, program(2, -1));
    FilterEntry second = filters(Handle.CLSACT_INGRESS).getFirst();
    apply(
        new Change.OfFilter(
            Change.Verb.REPLACE,
            device(),
            Handle.CLSACT_INGRESS,
            1,
            Frame.IPV4,
            null,
            second.handle(),
            "bpf",
            BpfFilter.directAction(program(3, -1), "suite"),
            null));

    assertThat(passes()).isTrue();
    assertThat(trace().take()).containsExactly(3, 1);
  }

  @Test
  void removingItReleasesThePacket() {
    addClsact();
    atIngress(1, program(1, DROP));
    assertThat(passes()).isFalse();
    apply(Change.OfFilter.delete(device(), Handle.CLSACT_INGRESS, 1, Frame.IPV4, 0, "bpf"));

    assertThat(passes()).isTrue();
  }

  @Test
  void removingTheHookRemovesItsFilters() {
    addClsact();
    atIngress(1, program(1, DROP));
    apply(Change.OfQdisc.delete(device(), Handle.CLSACT));
    assertThat(passes()).isTrue();
    addClsact();

    assertThat(filters(Handle.CLSACT_INGRESS)).isEmpty();
  }

  /** Without direct action 0 is no match, −1 the filter's own class, anything else the class. */
  @Test
  @Needs({Feature.CLS_BPF, Feature.HTB})
  void withoutDirectActionTheResultIsAClass() {
    addHtbWithThreeClasses();
    classify(1, program(1, 0), Handle.of(1, 0x10));
    classify(2, program(2, Handle.of(1, 0x11).value()), null);
    classify(3, program(3, -1), Handle.of(1, 0x12));
    transmit(Frame.labelled("class"));
    assertThat(trace().take()).containsExactly(1, 2);
    assertThat(packetsByClass()).containsEntry(0x11, 1L).doesNotContainKey(0x10);

    apply(Change.OfFilter.delete(device(), ONE, 2, Frame.IPV4, 0, "bpf"));
    transmit(Frame.labelled("class"));
    assertThat(trace().take()).containsExactly(1, 3);
    assertThat(packetsByClass()).containsEntry(0x12, 1L).doesNotContainKey(0x10);
  }

  private void addHtbWithThreeClasses() {
    addHtb(0xff);
    for (int minor : new int[] {0x10, 0x11, 0x12, 0xff}) {
      addClass(ONE, minor, FAST, FAST);
    }
  }

  private void classify(int priority, Program program, @Nullable Handle classId) {
    addFilter(
        ONE,
        priority,
        new BpfFilter(new BpfFilter.Attached(program, "suite"), false, classId, 0, List.of()));
  }

  /** The minor number, that is; the major one is the filter's. */
  @Test
  @Needs({Feature.CLS_BPF, Feature.HTB})
  void withDirectActionTheProgramWritesTheClass() {
    addHtbWithThreeClasses();
    Program program = load(TracingProgram.setting(1, 0, TracingProgram.TC_CLASSID, 0x11));
    addFilter(
        ONE, 1, new BpfFilter(new BpfFilter.Attached(program, "suite"), true, ONE, 0, List.of()));
    transmit(Frame.labelled("class"));

    assertThat(packetsByClass()).containsEntry(0x11, 1L);
  }

  /** UDP by its number at byte 23, as {@code tcpdump -ddd udp} would write it. */
  @Test
  @Needs({Feature.CLS_BPF, Feature.HTB})
  void classicInstructionsMatchBytes() {
    addHtbWithThreeClasses();
    List<Instruction> udp =
        List.of(
            new Instruction(0x30, 0, 0, 23),
            new Instruction(0x15, 0, 1, 17),
            new Instruction(0x06, 0, 0, -1),
            new Instruction(0x06, 0, 0, 0));
    BpfFilter filter =
        new BpfFilter(new BpfFilter.Classic(udp), false, Handle.of(1, 0x10), 0, List.of());
    addFilter(ONE, 1, filter);
    transmit(Frame.labelled("class"));

    assertThat(packetsByClass()).containsEntry(0x10, 1L);
    assertThat(filters(ONE))
        .singleElement()
        .extracting(FilterEntry::filter)
        .isInstanceOfSatisfying(
            BpfFilter.class,
            back -> {
              assertThat(back.source()).isEqualTo(filter.source());
              assertThat(back.classId()).isEqualTo(filter.classId());
            });
  }
}
