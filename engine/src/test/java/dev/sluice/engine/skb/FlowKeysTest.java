package dev.sluice.engine.skb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FlowKeysTest {
  private static final String ETHERNET = "020000000002020000000001";
  private static final String ADDRESSES = "0a0000010a000002";
  private static final String BACK = "0a0000020a000001";

  private static SocketBuffer packet(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    SocketBuffer packet = new SocketBuffer(bytes.length);
    packet.fill(bytes, 0, bytes.length, bytes.length);
    return packet;
  }

  private static SocketBuffer tcp(String addresses, String ports, String fragment) {
    return packet(
        ETHERNET
            + "0800"
            + "45000028"
            + "0000"
            + fragment
            + "40060000"
            + addresses
            + ports
            + "00000000000000005000000000000000");
  }

  @Test
  void bothDirectionsOfAFlowHaveOneHash() {
    int there = FlowKeys.hash(tcp(ADDRESSES, "03e80050", "4000"));

    assertThat(FlowKeys.hash(tcp(BACK, "005003e8", "4000"))).isEqualTo(there);
    assertThat(FlowKeys.hash(tcp(ADDRESSES, "03e90050", "4000"))).isNotEqualTo(there);
  }

  @Test
  void aTagDoesNotHideTheHeadersBehind() {
    SocketBuffer tagged =
        packet(
            ETHERNET
                + "81000005"
                + "0800"
                + "4500002800004000400600000a0000010a000002"
                + "03e8005000000000000000005000000000000000");

    assertThat(FlowKeys.networkProtocol(tagged)).isEqualTo(SocketBuffer.IPV4);
    assertThat(FlowKeys.transportProtocol(tagged)).isEqualTo(FlowKeys.TCP);
    assertThat(FlowKeys.hash(tagged)).isEqualTo(FlowKeys.hash(tcp(ADDRESSES, "03e80050", "4000")));
  }

  @Test
  void fragmentsHaveNoPorts() {
    assertThat(FlowKeys.transportHeader(tcp(ADDRESSES, "03e80050", "0001"))).isEqualTo(-1);
    assertThat(FlowKeys.hash(tcp(ADDRESSES, "03e80050", "0001")))
        .isEqualTo(FlowKeys.hash(tcp(ADDRESSES, "03e90050", "0002")));
  }

  @Test
  void extensionHeadersAreSkipped() {
    SocketBuffer packet =
        packet(
            ETHERNET
                + "86dd"
                + "6000000000180040"
                + "20010db8000000000000000000000001"
                + "20010db8000000000000000000000002"
                + "1100000000000000"
                + "1388003500100000"
                + "0102030405060708");

    assertThat(FlowKeys.transportProtocol(packet)).isEqualTo(FlowKeys.UDP);
    assertThat(FlowKeys.transportHeader(packet) - packet.head).isEqualTo(62);
    assertThat(FlowKeys.networkToPayload(packet)).isEqualTo(56);
  }

  @Test
  void anyBytesHaveAHash() {
    String hex = "020000000002020000000001" + "0800" + "4f";
    for (int length = 0; length <= 15; length++) {
      SocketBuffer packet = packet(hex.substring(0, 2 * length));

      assertThat(FlowKeys.hash(packet)).isNotZero();
      assertThat(FlowKeys.transportHeader(packet)).isEqualTo(-1);
    }
  }
}
