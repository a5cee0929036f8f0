package dev.sluice.engine.helper;

import static dev.sluice.engine.helper.Bench.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.HelperFunction;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PacketEdgesTest {
  private static final int TAG = 0x0081;
  private final Bench bench = Bench.ipv4();

  @Test
  void theFirstTagStaysBesideThePacket() {
    assertThat(bench.call(HelperFunction.SKB_VLAN_PUSH, CONTEXT, TAG, 0x2005)).isZero();

    assertThat(bench.bytes()).isEqualTo(Bench.IPV4);
    assertThat(bench.packet().vlanPresent).isTrue();
    assertThat(bench.packet().vlanTag).isEqualTo(0x2005);
    assertThat(bench.packet().vlanProtocol).isEqualTo(0x8100);
    assertThat(bench.packet().protocol).isEqualTo(0x0800);
  }

  @Test
  void theSecondTagMovesTheFirstIntoTheBytes() {
    bench.call(HelperFunction.SKB_VLAN_PUSH, CONTEXT, TAG, 5);
    assertThat(bench.call(HelperFunction.SKB_VLAN_PUSH, CONTEXT, 0xa888, 6)).isZero();

    assertThat(bench.bytes())
        .isEqualTo(Bench.IPV4.substring(0, 24) + "81000005" + Bench.IPV4.substring(24));
    assertThat(bench.packet().protocol).isEqualTo(0x8100);
    assertThat(bench.packet().vlanProtocol).isEqualTo(0x88a8);
    assertThat(bench.packet().vlanTag).isEqualTo(6);
    assertThat(bench.packet().length).isEqualTo(64);
  }

  @Test
  void tagsArePoppedInTurn() {
    bench.call(HelperFunction.SKB_VLAN_PUSH, CONTEXT, TAG, 5);
    bench.call(HelperFunction.SKB_VLAN_PUSH, CONTEXT, 0xa888, 6);

    assertThat(bench.call(HelperFunction.SKB_VLAN_POP, CONTEXT)).isZero();
    assertThat(bench.bytes()).isEqualTo(Bench.IPV4);
    assertThat(bench.packet().vlanTag).isEqualTo(5);
    assertThat(bench.call(HelperFunction.SKB_VLAN_POP, CONTEXT)).isZero();
    assertThat(bench.packet().vlanPresent).isFalse();
    assertThat(bench.call(HelperFunction.SKB_VLAN_POP, CONTEXT)).isZero();
    assertThat(bench.bytes()).isEqualTo(Bench.IPV4);
    assertThat(bench.packet().protocol).isEqualTo(0x0800);
  }

  @Test
  void theTailGrowsWithZerosAndShrinks() {
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TAIL, CONTEXT, 64, 0)).isZero();
    assertThat(bench.bytes()).isEqualTo(Bench.IPV4 + "00000000");
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TAIL, CONTEXT, 14, 0)).isZero();
    assertThat(bench.bytes()).isEqualTo(Bench.IPV4.substring(0, 28));
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TAIL, CONTEXT, 13, 0)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TAIL, CONTEXT, 16_065, 0)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TAIL, CONTEXT, 60, 1)).isEqualTo(-22);
  }

  @Test
  void aTruncatedPacketCanOnlyGetShorter() {
    bench.fill(HexFormat.of().parseHex(Bench.IPV4), 1000);

    assertThat(bench.call(HelperFunction.SKB_CHANGE_TAIL, CONTEXT, 1001, 0)).isEqualTo(-12);
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TAIL, CONTEXT, 900, 0)).isZero();
    assertThat(bench.packet().length).isEqualTo(900);
    assertThat(bench.packet().held()).isEqualTo(60);
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TAIL, CONTEXT, 50, 0)).isZero();
    assertThat(bench.packet().held()).isEqualTo(50);
  }

  @Test
  void theHeadGrowsBeyondItsRoom() {
    assertThat(bench.call(HelperFunction.SKB_CHANGE_HEAD, CONTEXT, 1000, 0)).isZero();

    assertThat(bench.bytes()).isEqualTo("00".repeat(1000) + Bench.IPV4);
    assertThat(bench.packet().networkHeader - bench.packet().head).isEqualTo(1014);
    assertThat(bench.packet().metaStart).isEqualTo(bench.packet().head);
    assertThat(bench.call(HelperFunction.SKB_CHANGE_HEAD, CONTEXT, -1, 0)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.SKB_CHANGE_HEAD, CONTEXT, 16_000, 0)).isEqualTo(-22);
  }

  @Test
  void packetTypesChangeAmongThoseOfArrivingPackets() {
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TYPE, CONTEXT, 2)).isZero();
    assertThat(bench.packet().packetType).isEqualTo(2);
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TYPE, CONTEXT, 4)).isEqualTo(-22);
    bench.packet().packetType = 4;
    assertThat(bench.call(HelperFunction.SKB_CHANGE_TYPE, CONTEXT, 0)).isEqualTo(-22);
  }
}
