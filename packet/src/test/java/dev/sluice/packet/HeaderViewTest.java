package dev.sluice.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderViewTest {
  private static final byte[] UDP =
      new FrameBuilder().ip("10.0.0.1", "10.0.0.2").udp(1000, 2000).payload(10).build();

  @Test
  void aViewThatPointsAtNothingThrows() {
    Ipv4Packet ip = new Ipv4Packet();

    assertThat(ip.point(UDP, 14, 19)).isFalse();
    assertThat(ip.isPresent()).isFalse();
    assertThatThrownBy(ip::source).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(new Ipv6Packet()::transportProtocol)
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ip.point(UDP, UDP.length - 3, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aViewSeesChangesInTheBytes() {
    byte[] bytes = UDP.clone();
    UdpDatagram udp = new UdpDatagram();
    assertThat(udp.point(bytes, 34, bytes.length - 34)).isTrue();
    bytes[35] = 1;

    assertThat(udp.sourcePort()).isEqualTo(0x301);
  }

  @Test
  void paddingBehindAPacketIsNotItsPayload() {
    byte[] padded = Arrays.copyOf(UDP, 60);
    Dissection frame = new Dissection();
    frame.frame(padded, 0, padded.length);

    assertThat(frame.ipv4().payloadLength()).isEqualTo(18);
    assertThat(frame.udp().payloadLength()).isEqualTo(10);
  }

  @Test
  void aLengthOfNoughtMeansAllThereIs() {
    byte[] bytes = UDP.clone();
    bytes[16] = 0;
    bytes[17] = 0;
    Dissection frame = new Dissection();
    frame.frame(bytes, 0, bytes.length);

    assertThat(frame.problem()).isNull();
    assertThat(frame.ipv4().payloadLength()).isEqualTo(18);
  }

  @Test
  void malformedHeadersAreNone() {
    byte[] version = UDP.clone();
    version[14] = 0x55;
    byte[] headerLength = UDP.clone();
    headerLength[14] = 0x44;
    byte[] total = UDP.clone();
    total[17] = 19;
    for (byte[] bytes : List.of(version, headerLength, total)) {
      Dissection frame = new Dissection();
      frame.frame(bytes, 0, bytes.length);
      assertThat(frame.ipv4().isPresent()).isFalse();
      assertThat(frame.problem()).isEqualTo("ip header malformed");
    }
  }

  @Test
  void laterFragmentsOfIpv6HaveNoPorts() {
    byte[] first = {0, 1, 0, 0, 0, 9};
    byte[] later = {5, (byte) 0xa9, 0, 0, 0, 9};
    for (byte[] rest : List.of(first, later)) {
      Ipv6Extension fragment = new Ipv6Extension(IpProtocol.FRAGMENT, Octets.copyOf(rest));
      byte[] bytes =
          new FrameBuilder()
              .ip(
                  new Ipv6Header(
                      0,
                      0,
                      64,
                      IpProtocol.UDP,
                      Ipv6Address.parse("::1"),
                      Ipv6Address.parse("::2"),
                      List.of(fragment)))
              .udp(1, 2)
              .build();
      Dissection frame = new Dissection();
      frame.frame(bytes, 0, bytes.length);

      boolean isLater = rest[0] == 5;
      assertThat(frame.hasPorts()).isEqualTo(!isLater);
      assertThat(frame.ipv6().fragmentOffset()).isEqualTo(isLater ? 0x5a8 : 0);
      assertThat(frame.protocol()).isEqualTo(IpProtocol.UDP);
    }
  }

  @Test
  void malformedOptionsOfTcpAreRefused() {
    assertThat(TcpOption.parse(Octets.copyOf(new byte[] {1, 2, 4, 5, (byte) 0xb4, 0, 9})))
        .containsExactly(new TcpOption.NoOperation(), new TcpOption.MaximumSegmentSize(1460));
    for (byte[] bytes : List.of(new byte[] {2}, new byte[] {2, 1}, new byte[] {8, 10, 0, 0})) {
      assertThatThrownBy(() -> TcpOption.parse(Octets.copyOf(bytes)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tcp option");
    }
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new UdpHeader(-1, 2)).hasMessageContaining("0 to 65535, found -1");
    assertThatThrownBy(() -> new VlanHeader(4096, 0, false, 0)).hasMessageContaining("4096");
    assertThatThrownBy(() -> new FrameBuilder().ip("::1", "10.0.0.1"))
        .hasMessageContaining("two versions");
    assertThatThrownBy(() -> new FrameBuilder().udp(1, 2).build())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> new FrameBuilder().ip("10.0.0.1", "10.0.0.2").udp(1, 2).payload(70000).build())
        .hasMessageContaining("at most 65535 bytes");
  }
}
