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
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Qdisc;
import org.junit.jupiter.api.Test;

/**
 * What becomes of packets that a program in a TCX chain has decided on, and what the classic hook
 * behind it gets to see ({@code sch_handle_ingress} and {@code sch_handle_egress} in {@code
 * net/core/dev.c}).
 */
@Needs({Feature.TCX, Feature.CLSACT, Feature.CLS_BPF})
public abstract class Verdicts extends Suite {
  /** The number of the program at the classic hook. */
  private static final int CLASSIC = 100;

  /** Reclassify, pipe, stolen, queued, repeat, trap, and numbers nobody has given a meaning. */
  private static final int[] OTHER_NUMBERS = {
    1, 3, 4, 5, 6, 8, 9, 100, -2, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private final Direction direction;

  /** The rules are the same in both directions. */
  protected Verdicts(Direction direction) {
    this.direction = direction;
  }

  private void attach(int number, int verdict) {
    closing(tcx(direction).attach(program(number, verdict)));
  }

  private void attach(int number, Verdict verdict) {
    attach(number, verdict.number());
  }

  /** Puts a program at the classic hook. */
  private void atClassicHook(int verdict) {
    trafficControl()
        .apply(
            Change.OfQdisc.add(device(), Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
    Handle hook = direction == Direction.INGRESS ? Handle.CLSACT_INGRESS : Handle.CLSACT_EGRESS;
    trafficControl()
        .apply(
            Change.OfFilter.add(
                device(),
                hook,
                1,
                Frame.IPV4,
                BpfFilter.directAction(program(CLASSIC, verdict), "classic")));
  }

  private boolean passes() {
    return passes(direction, Frame.labelled("verdict"));
  }

  @Test
  void nextGoesOnAndBehindTheLastThePacketPasses() {
    attach(1, Verdict.NEXT);
    attach(2, Verdict.NEXT);

    assertThat(passes()).isTrue();
    assertThat(trace().take()).containsExactly(1, 2);
  }

  @Test
  void passEndsTheChain() {
    attach(1, Verdict.PASS);
    attach(2, Verdict.DROP);

    assertThat(passes()).isTrue();
    assertThat(trace().take()).containsExactly(1);
  }

  @Test
  void dropEndsThePacket() {
    attach(1, Verdict.NEXT);
    attach(2, Verdict.DROP);
    attach(3, Verdict.PASS);

    assertThat(passes()).isFalse();
    assertThat(trace().take()).containsExactly(1, 2);
  }

  @Test
  void redirectSendsThePacketOutElsewhere() {
    testbed().addWire(1);
    Program redirect = load(TracingProgram.redirecting(1, testbed().left().device(1).index()));
    closing(tcx(direction).attach(redirect));
    attach(2, Verdict.NEXT);

    try (Capture elsewhere = testbed().right().capture(testbed().right().device(1))) {
      assertThat(passes()).isFalse();
      assertThat(labels(elsewhere, 1)).containsExactly("verdict");
    }
    assertThat(trace().take()).containsExactly(1);
  }

  @Test
  void behindTheLastNextComesTheClassicHook() {
    attach(1, Verdict.NEXT);
    atClassicHook(Verdict.DROP.number());

    assertThat(passes()).isFalse();
    assertThat(trace().take()).containsExactly(1, CLASSIC);
  }

  @Test
  void passSkipsTheClassicHook() {
    attach(1, Verdict.PASS);
    atClassicHook(Verdict.DROP.number());

    assertThat(passes()).isTrue();
    assertThat(trace().take()).containsExactly(1);
  }

  @Test
  void dropSkipsTheClassicHook() {
    attach(1, Verdict.DROP);
    atClassicHook(Verdict.PASS.number());

    assertThat(passes()).isFalse();
    assertThat(trace().take()).containsExactly(1);
  }

  @Test
  void anEmptiedChainLeavesTheClassicHookToItself() {
    atClassicHook(Verdict.PASS.number());
    Link link = closing(tcx(direction).attach(program(1, Verdict.DROP.number())));
    release(tcx(direction), link);

    assertThat(passes()).isTrue();
    assertThat(trace().take()).containsExactly(CLASSIC);
  }

  @Test
  void anyOtherNumberEndsTheChainAndGoesOnWithTheClassicHook() {
    Link link = closing(tcx(direction).attach(program(1, Verdict.NEXT.number())));
    attach(2, Verdict.DROP);
    for (int verdict : OTHER_NUMBERS) {
      link.update(program(1, verdict));
      assertThat(passes()).as("%d without a classic hook", verdict).isTrue();
      assertThat(trace().take()).as("%d without a classic hook", verdict).containsExactly(1);
    }
    atClassicHook(Verdict.DROP.number());
    for (int verdict : OTHER_NUMBERS) {
      link.update(program(1, verdict));
      assertThat(passes()).as("%d before one that drops", verdict).isFalse();
      assertThat(trace().take())
          .as("%d before one that drops", verdict)
          .containsExactly(1, CLASSIC);
    }
  }

  @Test
  void programsOfAChainHandNotesToEachOther() {
    closing(
        tcx(direction)
            .attach(
                load(
                    TracingProgram.setting(
                        1, Verdict.NEXT.number(), TracingProgram.CB, Verdict.DROP.number()))));
    closing(tcx(direction).attach(load(TracingProgram.returning(2, TracingProgram.CB))));

    assertThat(passes()).isFalse();
    assertThat(trace().take()).containsExactly(1, 2);
  }

  @Test
  void severalPacketsGoEachItsWay() {
    attach(1, Verdict.NEXT);
    try (Capture capture = receiver(direction).capture()) {
      for (int i = 0; i < 20; i++) {
        sender(direction).send(Frame.labelled("packet " + i));
      }
      assertThat(labels(capture, 20)).hasSize(20).doesNotHaveDuplicates();
    }
    assertThat(trace().take()).hasSize(20);
  }
}
