package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.U32;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A program in the egress chain chooses the HTB class before the packet reaches the qdisc, by
 * setting its priority to the class's handle ({@code htb_classify} in {@code net/sched/sch_htb.c}).
 */
@Needs({Feature.TCX, Feature.HTB})
public abstract class Preclassification extends TrafficSuite {
  private static final int REST = 0xff;

  @BeforeEach
  void addClasses() {
    addHtb(REST);
    addClass(ONE, 1, FAST, FAST);
    for (int minor : new int[] {0x10, 0x11, REST}) {
      addClass(Handle.of(1, 1), minor, FAST, FAST);
    }
  }

  private Program choosing(int number, Handle handle) {
    return load(
        TracingProgram.setting(
            number, Verdict.NEXT.number(), TracingProgram.PRIORITY, handle.value()));
  }

  private void send() {
    transmit(Frame.labelled("class"));
  }

  private void attach(Program program) {
    closing(tcx(Direction.EGRESS).attach(program));
  }

  @Test
  void theProgramsClassCountsThePacket() {
    attach(choosing(1, Handle.of(1, 0x10)));
    send();
    send();

    assertThat(packetsByClass()).containsEntry(0x10, 2L).doesNotContainKey(0x11);
  }

  @Test
  void theLastProgramThatChoosesWins() {
    attach(choosing(1, Handle.of(1, 0x10)));
    attach(choosing(2, Handle.of(1, 0x11)));
    send();

    assertThat(packetsByClass()).containsEntry(0x11, 1L).doesNotContainKey(0x10);
  }

  @Test
  void filtersAreNotAskedThen() {
    addFilter(ONE, 1, U32.matching(List.of(new U32.Key(0, 0, 0, 0)), Handle.of(1, 0x11)));
    send();
    assertThat(packetsByClass()).containsEntry(0x11, 1L);
    attach(choosing(1, Handle.of(1, 0x10)));
    send();

    assertThat(packetsByClass()).containsEntry(0x11, 1L).containsEntry(0x10, 1L);
  }

  @Test
  void aClassThatIsNotThereLeavesItToTheFilters() {
    attach(choosing(1, Handle.of(1, 0x77)));
    addFilter(ONE, 1, U32.matching(List.of(new U32.Key(0, 0, 0, 0)), Handle.of(1, 0x11)));
    send();

    assertThat(packetsByClass()).containsEntry(0x11, 1L);
  }

  @Test
  void aClassOfAnotherQdiscIsNone() {
    attach(choosing(1, Handle.of(2, 0x10)));
    send();

    assertThat(packetsByClass()).doesNotContainKey(0x10).containsKey(REST);
  }

  @Test
  void theQdiscsOwnHandleMeansUnshaped() {
    attach(choosing(1, ONE));
    send();

    assertThat(root().statistics().own()).isEqualTo(new Statistics.HtbQdisc(1));
  }

  @Test
  void anUpdatedLinkChoosesAnew() {
    Link link = closing(tcx(Direction.EGRESS).attach(choosing(1, Handle.of(1, 0x10))));
    send();
    link.update(choosing(2, Handle.of(1, 0x11)));
    send();

    assertThat(packetsByClass()).containsEntry(0x10, 1L).containsEntry(0x11, 1L);
  }

  @Test
  void theSenderMayChooseToo() {
    try (Capture capture = testbed().right().capture()) {
      testbed().left().send(device(), Frame.labelled("class"), Handle.of(1, 0x11).value());
      assertThat(labels(capture, 1)).hasSize(1);
    }

    assertThat(packetsByClass()).containsEntry(0x11, 1L);
  }
}
