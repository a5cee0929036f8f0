package dev.sluice.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameSummaryTest {
  private static String line(FrameBuilder builder) {
    byte[] bytes = builder.build();
    return FrameSummary.of(bytes, 0, bytes.length);
  }

  private static String cut(FrameBuilder builder, int length) {
    return FrameSummary.of(Arrays.copyOf(builder.build(), length), 0, length);
  }

  private static FrameBuilder ipv4() {
    return new FrameBuilder().ip("10.0.0.1", "10.0.0.2");
  }

  private static FrameBuilder ipv6() {
    return new FrameBuilder().ip("2001:db8::1", "2001:db8::2");
  }

  @Test
  void tcpHasPortsFlagsAndLength() {
    TcpHeader syn =
        new TcpHeader(
            40000,
            443,
            0,
            0,
            TcpSegment.SYN,
            64240,
            0,
            List.of(
                new TcpOption.MaximumSegmentSize(1460),
                new TcpOption.SelectiveAcknowledgement(),
                new TcpOption.Timestamps(1, 0),
                new TcpOption.NoOperation(),
                new TcpOption.WindowScale(7)));

    assertThat(line(ipv4().tcp(syn))).isEqualTo("IP 10.0.0.1:40000 > 10.0.0.2:443 tcp syn len 60");
    assertThat(line(ipv6().tcp(443, 40000, TcpSegment.ACK | TcpSegment.PSH).payload(100)))
        .isEqualTo("IP6 [2001:db8::1]:443 > [2001:db8::2]:40000 tcp psh,ack len 160");
  }

  @Test
  void vlanUdpIcmpAndArpHaveTheirOwnWords() {
    assertThat(line(ipv4().vlan(10).udp(53, 5353).payload(4)))
        .isEqualTo("vlan 10 IP 10.0.0.1:53 > 10.0.0.2:5353 udp len 32");
    assertThat(line(ipv4().icmp(IcmpHeader.echoRequest(1, 2)).payload(56)))
        .isEqualTo("IP 10.0.0.1 > 10.0.0.2 icmp echo request id 1 seq 2 len 84");
    assertThat(line(ipv6().icmp(IcmpHeader.echoReplyV6(1, 2))))
        .isEqualTo("IP6 2001:db8::1 > 2001:db8::2 icmp6 echo reply id 1 seq 2 len 48");
    assertThat(
            line(
                new FrameBuilder()
                    .arp(
                        new ArpHeader(
                            ArpPacket.REPLY,
                            MacAddress.parse("02:00:00:00:00:0a"),
                            Ipv4Address.parse("10.0.0.2"),
                            MacAddress.parse("02:00:00:00:00:0b"),
                            Ipv4Address.parse("10.0.0.1")))))
        .isEqualTo("ARP reply 10.0.0.2 is-at 02:00:00:00:00:0a");
  }

  @Test
  void fragmentsSaySo() {
    Ipv4Header later =
        new Ipv4Header(
            0,
            7,
            false,
            true,
            1480,
            64,
            IpProtocol.UDP,
            Ipv4Address.parse("10.0.0.1"),
            Ipv4Address.parse("10.0.0.2"),
            Octets.NONE);

    assertThat(line(new FrameBuilder().ip(later).payload(1480)))
        .isEqualTo("IP 10.0.0.1 > 10.0.0.2 udp frag 1480+ len 1500");
  }

  @Test
  void unknownTypesAreShownByNumber() {
    assertThat(line(new FrameBuilder().type(0x88cc).payload(46)))
        .isEqualTo("02:00:00:00:00:01 > 02:00:00:00:00:02 ethertype 0x88cc len 60");
    assertThat(line(ipv4().payload(10))).isEqualTo("IP 10.0.0.1 > 10.0.0.2 protocol 253 len 30");
  }

  @Test
  void whatIsCutOffIsNamed() {
    FrameBuilder tcp = ipv4().tcp(40000, 443, TcpSegment.SYN);

    assertThat(cut(tcp, 0)).isEqualTo("frame len 0 [ethernet header cut off]");
    assertThat(cut(tcp, 20)).contains("frame len 20 [ip header cut off]");
    assertThat(cut(tcp, 40))
        .isEqualTo("IP 10.0.0.1:40000 > 10.0.0.2:443 tcp len 40 [tcp header cut off]");
    assertThat(cut(tcp, 36)).isEqualTo("IP 10.0.0.1 > 10.0.0.2 tcp len 40 [tcp header cut off]");
    assertThat(cut(ipv4().vlan(3).udp(1, 2), 16)).endsWith("[vlan tag cut off]");
  }
}
