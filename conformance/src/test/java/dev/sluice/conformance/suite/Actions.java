package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Frame.Udp;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.ActionState;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.U32;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What actions of filters at the classic hook do with packets. */
@Needs({Feature.U32, Feature.CLSACT, Feature.MIRRED})
public abstract class Actions extends TrafficSuite {
  private static final int STOLEN = Action.Control.STOLEN.number();
  private static final int PIPE = Action.Control.PIPE.number();

  @BeforeEach
  void addSecondWire() {
    testbed().addWire(1);
    addClsact();
  }

  private Device left1() {
    return testbed().left().device(1);
  }

  /** Does something with packets from 10.1.0.1. */
  private void act(Handle hook, int priority, Action... actions) {
    U32.Key source = new U32.Key(-1, Frame.ipv4("10.1.0.1"), 12, 0);
    addFilter(
        hook,
        priority,
        new U32(
            null,
            0,
            0,
            0,
            U32.Selector.terminal(List.of(source)),
            null,
            null,
            0,
            List.of(actions),
            null,
            null));
  }

  private static Frame matching() {
    return Udp.of("10.1.0.1", 1, "10.1.0.2", 2).labelled("matching").frame();
  }

  private static Frame other() {
    return Udp.of("10.1.0.9", 1, "10.1.0.2", 2).labelled("other").frame();
  }

  private Action mirred(Action.Mirred.Mode mode, int control) {
    return new Action.Mirred(mode, left1().index(), control, 0);
  }

  @Test
  void redirectSendsThePacketOutElsewhere() {
    act(Handle.CLSACT_INGRESS, 1, mirred(Action.Mirred.Mode.EGRESS_REDIRECT, STOLEN));
    try (Capture here = testbed().left().capture();
        Capture elsewhere = testbed().right().capture(testbed().right().device(1))) {
      testbed().right().send(matching());
      testbed().right().send(other());

      assertThat(labels(elsewhere, 1)).containsExactly("matching");
      assertThat(labels(here, 1)).containsExactly("other");
    }
  }

  @Test
  void mirrorSendsACopy() {
    act(Handle.CLSACT_INGRESS, 1, mirred(Action.Mirred.Mode.EGRESS_MIRROR, PIPE));
    try (Capture here = testbed().left().capture();
        Capture elsewhere = testbed().right().capture(testbed().right().device(1))) {
      testbed().right().send(matching());
      testbed().right().send(other());

      assertThat(labels(elsewhere, 1)).containsExactly("matching");
      assertThat(labels(here, 2)).containsExactly("matching", "other");
    }
  }

  @Test
  void redirectToIngressMakesThePacketArriveElsewhere() {
    act(Handle.CLSACT_INGRESS, 1, mirred(Action.Mirred.Mode.INGRESS_REDIRECT, STOLEN));
    try (Capture here = testbed().left().capture();
        Capture elsewhere = testbed().left().capture(left1())) {
      testbed().right().send(matching());

      assertThat(labels(elsewhere, 1)).containsExactly("matching");
      assertThat(labels(here, 0)).isEmpty();
    }
  }

  @Test
  void mirrorOnTheWayOut() {
    act(Handle.CLSACT_EGRESS, 1, mirred(Action.Mirred.Mode.EGRESS_MIRROR, PIPE));
    try (Capture far = testbed().right().capture();
        Capture elsewhere = testbed().right().capture(testbed().right().device(1))) {
      testbed().left().send(matching());

      assertThat(labels(far, 1)).containsExactly("matching");
      assertThat(labels(elsewhere, 1)).containsExactly("matching");
    }
  }

  @Test
  @Needs(Feature.GACT)
  void dropDropsWhatMatches() {
    act(Handle.CLSACT_INGRESS, 1, new Action.Gact(Action.Control.DROP.number(), 0));

    assertThat(passes(Direction.INGRESS, matching())).isFalse();
    assertThat(passes(Direction.INGRESS, other())).isTrue();
  }

  @Test
  @Needs(Feature.GACT)
  void okKeepsLaterFiltersFromThePacket() {
    act(Handle.CLSACT_INGRESS, 1, new Action.Gact(Action.Control.OK.number(), 0));
    act(Handle.CLSACT_INGRESS, 2, new Action.Gact(Action.Control.DROP.number(), 0));

    assertThat(passes(Direction.INGRESS, matching())).isTrue();
  }

  @Test
  @Needs(Feature.GACT)
  void continueGoesOnWithTheNextFilter() {
    act(Handle.CLSACT_INGRESS, 1, new Action.Gact(Action.Control.CONTINUE.number(), 0));
    act(Handle.CLSACT_INGRESS, 2, new Action.Gact(Action.Control.DROP.number(), 0));

    assertThat(passes(Direction.INGRESS, matching())).isFalse();
  }

  @Test
  @Needs(Feature.GACT)
  void pipeGoesOnWithTheNextAction() {
    act(
        Handle.CLSACT_INGRESS,
        1,
        mirred(Action.Mirred.Mode.EGRESS_MIRROR, PIPE),
        new Action.Gact(Action.Control.DROP.number(), 0));
    try (Capture here = testbed().left().capture();
        Capture elsewhere = testbed().right().capture(testbed().right().device(1))) {
      testbed().right().send(matching());

      assertThat(labels(elsewhere, 1)).containsExactly("matching");
      assertThat(labels(here, 0)).isEmpty();
    }
  }

  @Test
  void readBackWithTheirCounters() {
    act(Handle.CLSACT_INGRESS, 1, mirred(Action.Mirred.Mode.EGRESS_REDIRECT, STOLEN));
    try (Capture elsewhere = testbed().right().capture(testbed().right().device(1))) {
      testbed().right().send(matching());
      testbed().right().send(matching());
      assertThat(labels(elsewhere, 2)).hasSize(2);
    }
    FilterEntry entry =
        filters(Handle.CLSACT_INGRESS).stream()
            .filter(e -> !e.actionStates().isEmpty())
            .findFirst()
            .orElseThrow();
    assertThat(entry.filter()).isNotNull();
    assertThat(entry.filter().actions())
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Mirred.class,
            mirred -> {
              assertThat(mirred.mode()).isEqualTo(Action.Mirred.Mode.EGRESS_REDIRECT);
              assertThat(mirred.deviceIndex()).isEqualTo(left1().index());
              assertThat(mirred.control()).isEqualTo(STOLEN);
              assertThat(mirred.index()).isPositive();
            });
    ActionState state = entry.actionStates().getFirst();
    assertThat(state.statistics().packets()).isEqualTo(2);
    assertThat(state.bindings()).isEqualTo(1);
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() {
    refused(
        Errno.ENODEV,
        () ->
            act(
                Handle.CLSACT_INGRESS,
                1,
                new Action.Mirred(Action.Mirred.Mode.EGRESS_REDIRECT, 4242, STOLEN, 0)));
  }
}
