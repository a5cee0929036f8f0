package dev.sluice.engine.helper;

import static dev.sluice.engine.helper.Bench.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.HelperFunction;
import org.junit.jupiter.api.Test;

class RoomAdjustmentTest {
  private static final int NETWORK = 0;
  private static final int MAC = 1;
  private final Bench bench = Bench.ipv4();

  @Test
  void roomIsMadeBehindTheEthernetHeader() {
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 4, MAC, 0)).isZero();
    assertThat(bench.bytes())
        .isEqualTo(Bench.IPV4.substring(0, 28) + "00000000" + Bench.IPV4.substring(28));
  }

  @Test
  void roomIsMadeBehindTheIpHeaderAndTakenBack() {
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 8, NETWORK, 0)).isZero();
    assertThat(bench.bytes())
        .isEqualTo(Bench.IPV4.substring(0, 68) + "00".repeat(8) + Bench.IPV4.substring(68));
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, -8, NETWORK, 0)).isZero();
    assertThat(bench.bytes()).isEqualTo(Bench.IPV4);
    assertThat(bench.packet().length).isEqualTo(60);
  }

  @Test
  void anOuterHeaderChangesTheProtocolOnce() {
    int encapInIpv6 = 1 << 2;

    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 40, MAC, encapInIpv6)).isZero();
    assertThat(bench.packet().protocol).isEqualTo(0x86dd);
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 40, MAC, encapInIpv6))
        .isEqualTo(-114);
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TAIL, CONTEXT, 120, 0)).isEqualTo(-524);
  }

  @Test
  void argumentsAreChecked() {
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 4, 2, 0)).isEqualTo(-524);
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 4, MAC, 1 << 9)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 0x1000, MAC, 0)).isEqualTo(-14);
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, Integer.MIN_VALUE, MAC, 0))
        .isEqualTo(-14);
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, -27, MAC, 0)).isEqualTo(-524);
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 4, MAC, 1 << 7)).isEqualTo(-22);
    bench.packet().protocol = 0x0806;
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 4, MAC, 0)).isEqualTo(-524);
    assertThat(bench.bytes()).isEqualTo(Bench.IPV4);
  }

  @Test
  void segmentsGetShorterBySoMuch() {
    bench.packet().segmentSize = 3;
    bench.packet().segments = 2;

    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 2, MAC, 1)).isZero();
    assertThat(bench.packet().segmentSize).isEqualTo(3);
    assertThat(bench.call(HelperFunction.SKB_ADJUST_ROOM, CONTEXT, 2, MAC, 0)).isZero();
    assertThat(bench.packet().segmentSize).isEqualTo(1);
  }

  @Test
  void protocolsAreTranslatedToAndFro() {
    assertThat(bench.call(HelperFunction.SKB_CHANGE_PROTO, CONTEXT, 0xdd86, 0)).isZero();
    assertThat(bench.packet().protocol).isEqualTo(0x86dd);
    assertThat(bench.packet().length).isEqualTo(80);
    assertThat(bench.bytes())
        .isEqualTo(Bench.IPV4.substring(0, 28) + "00".repeat(20) + Bench.IPV4.substring(28));
    assertThat(bench.call(HelperFunction.SKB_CHANGE_PROTO, CONTEXT, 0x0008, 0)).isZero();
    assertThat(bench.bytes()).isEqualTo(Bench.IPV4);
    assertThat(bench.call(HelperFunction.SKB_CHANGE_PROTO, CONTEXT, 0x0008, 0)).isEqualTo(-524);
    assertThat(bench.call(HelperFunction.SKB_CHANGE_PROTO, CONTEXT, 0xdd86, 1)).isEqualTo(-22);
  }
}
