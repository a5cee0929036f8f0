package dev.sluice.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Frames: what is built is seen again, and any bytes can be looked at. */
class FrameProperties {
  private static final int BEFORE = 5;

  private final Dissection frame = new Dissection();

  @Provide
  Arbitrary<FrameBuilder> builders() {
    return Frames.builders();
  }

  @Provide
  Arbitrary<Ipv4Header> ipv4() {
    return Frames.ipv4Headers();
  }

  @Provide
  Arbitrary<Ipv6Header> ipv6() {
    return Frames.ipv6Headers();
  }

  @Provide
  Arbitrary<TcpHeader> tcp() {
    return Frames.tcpHeaders();
  }

  private byte[] dissectAtAnOffset(FrameBuilder builder) {
    byte[] built = builder.build();
    byte[] bytes = new byte[BEFORE + built.length + 9];
    Arrays.fill(bytes, (byte) 0xa5);
    System.arraycopy(built, 0, bytes, BEFORE, built.length);
    frame.frame(bytes, BEFORE, built.length);
    assertThat(frame.problem()).isNull();
    return bytes;
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void everyChecksumIsRight(@ForAll("builders") FrameBuilder builder) {
    byte[] bytes = dissectAtAnOffset(builder);

    if (frame.ipv4().isPresent()) {
      Ipv4Packet ip = frame.ipv4();
      assertThat(ip.isChecksumRight()).isTrue();
      long pseudo = ip.protocol() == IpProtocol.ICMP ? 0 : InternetChecksum.pseudoHeader(ip);
      assertThat(
              InternetChecksum.fold(
                  InternetChecksum.sum(bytes, ip.payloadOffset(), ip.payloadLength(), pseudo)))
          .isZero();
    } else {
      Ipv6Packet ip = frame.ipv6();
      assertThat(
              InternetChecksum.fold(
                  InternetChecksum.sum(
                      bytes,
                      ip.transportOffset(),
                      ip.transportLength(),
                      InternetChecksum.pseudoHeader(ip))))
          .isZero();
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void ipv4AndTcpComeBackAsTheyWere(@ForAll("ipv4") Ipv4Header ip, @ForAll("tcp") TcpHeader tcp) {
    dissectAtAnOffset(new FrameBuilder().ip(ip).tcp(tcp).payload(7));

    assertThat(Ipv4Header.of(frame.ipv4())).isEqualTo(ip.withProtocol(IpProtocol.TCP));
    assertThat(TcpHeader.of(frame.tcp())).isEqualTo(tcp);
    assertThat(frame.tcp().payloadLength()).isEqualTo(7);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void ipv6AndItsExtensionsComeBackAsTheyWere(@ForAll("ipv6") Ipv6Header ip) {
    dissectAtAnOffset(new FrameBuilder().ip(ip).udp(53, 4000).payload(3));

    assertThat(Ipv6Header.of(frame.ipv6())).isEqualTo(ip.withProtocol(IpProtocol.UDP));
    assertThat(UdpHeader.of(frame.udp())).isEqualTo(new UdpHeader(53, 4000));
    assertThat(frame.udp().payloadLength()).isEqualTo(3);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void keysAgreeWithTheHashAndTheComparisonOfPackets(@ForAll("builders") FrameBuilder builder) {
    dissectAtAnOffset(builder);
    FlowKey key = FlowKey.of(frame);

    assertThat(key).isNotNull();
    assertThat(FlowKey.hash(frame)).isEqualTo(key.hashCode());
    assertThat(key.matches(frame)).isTrue();
    assertThat(key.reversed().reversed()).isEqualTo(key);
    assertThat(key.reversed().matches(frame)).isEqualTo(key.reversed().equals(key));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void aFrameThatIsCutAnywhereStillHasALine(@ForAll("builders") FrameBuilder builder) {
    byte[] bytes = builder.build();
    for (int length = 0; length <= bytes.length; length++) {
      // An array of its own: what reads on falls out of it.
      byte[] cut = Arrays.copyOf(bytes, length);
      frame.frame(cut, 0, length);
      assertThat(FrameSummary.of(frame)).isNotEmpty();
    }
  }

  @Example
  void anyBytesCanBeLookedAt() {
    Random dice = new Random(7);
    byte[][] seeds =
        Frames.builders().list().ofSize(50).sample().stream()
            .map(FrameBuilder::build)
            .toArray(byte[][]::new);
    StringBuilder line = new StringBuilder();
    for (int round = 0; round < 300_000; round++) {
      byte[] bytes = seeds[dice.nextInt(seeds.length)].clone();
      for (int i = dice.nextInt(6); i >= 0; i--) {
        int at = dice.nextInt(bytes.length);
        bytes[at] = (byte) (dice.nextInt(3) == 0 ? 1 << dice.nextInt(8) : dice.nextInt());
      }
      bytes = Arrays.copyOf(bytes, dice.nextInt(bytes.length + 1));
      frame.frame(bytes, 0, bytes.length);
      line.setLength(0);
      FrameSummary.append(line, frame);
      assertThat(line.chars().allMatch(c -> c >= ' ' && c < 127)).isTrue();
      FlowKey key = FlowKey.of(frame);
      if (key != null && !key.matches(frame)) {
        throw new AssertionError(key + " does not match its own packet");
      }
      if (frame.ipv6().isPresent()) {
        Ipv6Header.of(frame.ipv6());
      }
    }
  }
}
