package dev.sluice.engine.helper;

import static dev.sluice.engine.helper.Bench.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.skb.SocketBuffer.Redirect;
import org.junit.jupiter.api.Test;

class RedirectionTest {
  private final Bench bench = Bench.ipv4();

  @Test
  void whereToIsNotedInThePacket() {
    assertThat(bench.call(HelperFunction.REDIRECT, 7, 0)).isEqualTo(7);
    assertThat(bench.packet().redirect).isEqualTo(Redirect.EGRESS);
    assertThat(bench.packet().redirectIndex).isEqualTo(7);
    assertThat(bench.call(HelperFunction.REDIRECT, 8, 1)).isEqualTo(7);
    assertThat(bench.packet().redirect).isEqualTo(Redirect.INGRESS);
    assertThat(bench.call(HelperFunction.REDIRECT_PEER, 9, 0)).isEqualTo(7);
    assertThat(bench.packet().redirect).isEqualTo(Redirect.PEER);
    assertThat(bench.packet().redirectIndex).isEqualTo(9);
  }

  @Test
  void unknownFlagsDropThePacket() {
    assertThat(bench.call(HelperFunction.REDIRECT, 7, 2)).isEqualTo(2);
    assertThat(bench.call(HelperFunction.REDIRECT_PEER, 7, 1)).isEqualTo(2);
    assertThat(bench.packet().redirect).isEqualTo(Redirect.NONE);
  }

  @Test
  void xdpHasItsOwnVerdicts() {
    Bench xdp = Bench.xdp();

    assertThat(xdp.call(HelperFunction.REDIRECT, 7, 0)).isEqualTo(4);
    assertThat(xdp.packet().redirect).isEqualTo(Redirect.EGRESS);
    assertThat(xdp.call(HelperFunction.REDIRECT, 7, 1)).isZero();
  }

  @Test
  void copiesGoToTheSurroundings() {
    assertThat(bench.call(HelperFunction.CLONE_REDIRECT, CONTEXT, 7, 0)).isZero();
    assertThat(bench.call(HelperFunction.CLONE_REDIRECT, CONTEXT, 8, 1)).isZero();
    assertThat(bench.call(HelperFunction.CLONE_REDIRECT, CONTEXT, 8, 1 << 17)).isEqualTo(-22);
    assertThat(bench.copies).containsExactly("7 out", "8 in");
    assertThat(bench.packet().redirect).isEqualTo(Redirect.NONE);
  }
}
