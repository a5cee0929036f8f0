package dev.sluice.engine.helper;

import static dev.sluice.engine.helper.Bench.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.HelperFunction;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class XdpEdgesTest {
  private final Bench bench = Bench.xdp();

  @Test
  void theHeadMovesBothWays() {
    assertThat(bench.call(HelperFunction.XDP_ADJUST_HEAD, CONTEXT, 14)).isZero();
    assertThat(bench.bytes()).isEqualTo(Bench.IPV4.substring(28));
    assertThat(bench.call(HelperFunction.XDP_ADJUST_HEAD, CONTEXT, -14)).isZero();
    assertThat(bench.bytes()).isEqualTo(Bench.IPV4);
    assertThat(bench.call(HelperFunction.XDP_ADJUST_HEAD, CONTEXT, 47)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.XDP_ADJUST_HEAD, CONTEXT, -217)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.XDP_ADJUST_HEAD, CONTEXT, -216)).isZero();
    assertThat(bench.packet().length).isEqualTo(276);
  }

  @Test
  void metadataMovesWithTheHead() {
    assertThat(bench.call(HelperFunction.XDP_ADJUST_META, CONTEXT, -4)).isZero();
    bench.packet().bytes[bench.packet().metaStart] = 77;

    assertThat(bench.call(HelperFunction.XDP_ADJUST_HEAD, CONTEXT, 10)).isZero();
    assertThat(bench.packet().head - bench.packet().metaStart).isEqualTo(4);
    assertThat(bench.packet().bytes[bench.packet().metaStart]).isEqualTo((byte) 77);
    assertThat(bench.call(HelperFunction.XDP_ADJUST_META, CONTEXT, -2)).isEqualTo(-13);
    assertThat(bench.call(HelperFunction.XDP_ADJUST_META, CONTEXT, 8)).isEqualTo(-22);
  }

  @Test
  void theTailGrowsToTheEndOfThePage() {
    assertThat(bench.call(HelperFunction.XDP_ADJUST_TAIL, CONTEXT, -46)).isZero();
    assertThat(bench.call(HelperFunction.XDP_ADJUST_TAIL, CONTEXT, -1)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.XDP_ADJUST_TAIL, CONTEXT, 3506)).isZero();
    assertThat(bench.packet().length).isEqualTo(3520);
    assertThat(bench.bytes()).startsWith(Bench.IPV4.substring(0, 28) + "0000");
    assertThat(bench.call(HelperFunction.XDP_ADJUST_TAIL, CONTEXT, 1)).isEqualTo(-22);
  }

  @Test
  void aTruncatedPacketCanOnlyGetShorter() {
    bench.fill(HexFormat.of().parseHex(Bench.IPV4), 100);

    assertThat(bench.call(HelperFunction.XDP_ADJUST_TAIL, CONTEXT, 1)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.XDP_ADJUST_TAIL, CONTEXT, -20)).isZero();
    assertThat(bench.packet().length).isEqualTo(80);
    assertThat(bench.packet().held()).isEqualTo(60);
  }
}
