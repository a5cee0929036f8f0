package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Intermediate;
import dev.sluice.datapath.Intermediates;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Devices of kind {@code ifb}, and what becomes of packets that are redirected to one. */
@Needs({Feature.TCX, Feature.HTB})
public abstract class IfbDevices extends TrafficSuite {
  private static final int GROUP = 0x51ce;
  private static final String NAME = "sluice-test";

  private Intermediates intermediates() {
    return datapath().intermediates();
  }

  private Device create() {
    return intermediates().create(NAME, GROUP);
  }

  @Test
  void oneIsMadeListedAndDeleted() {
    assertThat(intermediates().list()).isEmpty();
    Device made = create();

    assertThat(made.name()).isEqualTo(NAME);
    assertThat(datapath().device(NAME)).isEqualTo(made);
    assertThat(intermediates().list()).containsExactly(new Intermediate(made, GROUP, true));
    Device other = intermediates().create("ifb9", 0);
    assertThat(intermediates().list())
        .containsExactly(new Intermediate(made, GROUP, true), new Intermediate(other, 0, true));
    intermediates().delete(made);
    assertThat(intermediates().list()).containsExactly(new Intermediate(other, 0, true));
    assertThat(datapath().devices()).contains(device()).doesNotContain(made);
  }

  @Test
  void groupsHave32Bits() {
    create();
    Device other = intermediates().create("ifb9", -2);

    assertThat(intermediates().list()).contains(new Intermediate(other, -2, true));
  }

  @Test
  void aNameThatIsTakenIsRefused() {
    Device made = create();
    refused(Errno.EEXIST, this::create);
    refused(Errno.EEXIST, () -> intermediates().create(device().name(), GROUP));

    assertThat(intermediates().list()).containsExactly(new Intermediate(made, GROUP, true));
  }

  @Test
  void whatCannotBeANameIsRefused() {
    for (String name : List.of("", ".", "..", "a b", "a/b", "a:b", "ifb%d", "sixteen-letters.")) {
      assertThatExceptionOfType(InvalidInput.class)
          .as(name)
          .isThrownBy(() -> intermediates().create(name, 0))
          .withMessageContaining("'" + name + "'");
    }
    assertThat(intermediates().list()).isEmpty();
  }

  @Test
  void othersAreNotDeleted() {
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> intermediates().delete(device()))
        .withMessage("no such ifb: left0");
    Device made = create();
    intermediates().delete(made);
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> intermediates().delete(made))
        .withMessage("no such ifb: " + NAME);

    assertThat(datapath().devices()).contains(device());
  }

  private void redirectTo(Direction direction, Device device) {
    closing(tcx(direction).attach(load(TracingProgram.redirecting(1, device.index()))));
  }

  @Test
  void whatIsRedirectedToOneAtIngressArrivesBehindTheHook() {
    redirectTo(Direction.INGRESS, create());
    closing(tcx(Direction.INGRESS).attach(program(2, Verdict.DROP.number())));

    assertThat(passes(Direction.INGRESS, Frame.labelled("through"))).isTrue();
    assertThat(trace().take()).containsExactly(1);
  }

  @Test
  void itKeepsThePriorityAndSoHasItsClassThere() {
    Device made = create();
    trafficControl().apply(Change.OfQdisc.add(made, Handle.ROOT, ONE, Htb.withDefault(0x10)));
    for (int minor : new int[] {0x10, 0x11}) {
      trafficControl()
          .apply(Change.OfClass.add(made, ONE, Handle.of(1, minor), htbClass(FAST, FAST)));
    }
    int chosen = Handle.of(1, 0x11).value();
    closing(
        tcx(Direction.INGRESS)
            .attach(
                load(
                    TracingProgram.setting(
                        1, Verdict.NEXT.number(), TracingProgram.PRIORITY, chosen))));
    closing(tcx(Direction.INGRESS).attach(load(TracingProgram.redirecting(2, made.index()))));

    assertThat(passes(Direction.INGRESS, Frame.labelled("class"))).isTrue();
    assertThat(trafficControl().classes(made))
        .filteredOn(entry -> entry.statistics().packets() > 0)
        .extracting(ClassEntry::id)
        .containsExactly(Handle.of(1, 0x11));
  }

  @Test
  void itsQueueMayDropThem() {
    Device made = create();
    trafficControl().apply(Change.OfQdisc.add(made, Handle.ROOT, ONE, new Qdisc.Bfifo(1L)));
    redirectTo(Direction.INGRESS, made);

    assertThat(passes(Direction.INGRESS, Frame.labelled("dropped"))).isFalse();
  }

  @Test
  void whatIsRedirectedAtEgressIsLost() {
    redirectTo(Direction.EGRESS, create());

    assertThat(passes(Direction.EGRESS, Frame.labelled("lost"))).isFalse();
    assertThat(trace().take()).containsExactly(1);
  }

  @Test
  void whatIsSentByOneIsLost() {
    Device made = create();
    try (Capture capture = testbed().left().capture()) {
      testbed().left().send(made, Frame.labelled("lost"), 0);
      testbed().settle();
      assertThat(capture.frames()).isEmpty();
    }
  }

  @Test
  void whatIsRedirectedToOneThatIsGoneIsLost() {
    Device made = create();
    redirectTo(Direction.INGRESS, made);
    intermediates().delete(made);

    assertThat(passes(Direction.INGRESS, Frame.labelled("lost"))).isFalse();
    assertThat(trace().take()).containsExactly(1);
  }
}
