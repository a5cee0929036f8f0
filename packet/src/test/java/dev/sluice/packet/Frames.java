package dev.sluice.packet;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Frames of every kind that the builder makes. */
public final class Frames {
  private Frames() {}

  static Arbitrary<Ipv4Address> ipv4Addresses() {
    return Arbitraries.integers().map(Ipv4Address::new);
  }

  static Arbitrary<Ipv6Address> ipv6Addresses() {
    Arbitrary<Long> halves =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.of(0L, 1L, 0xffff_0a00_0001L, 0x2001_0db8_0000_0000L, 0x1_0000L));
    return Combinators.combine(halves, halves).as(Ipv6Address::new);
  }

  private static Arbitrary<Octets> octets(int least, int most) {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofMinSize(least)
        .ofMaxSize(most)
        .map(Octets::copyOf);
  }

  static Arbitrary<Ipv4Header> ipv4Headers() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 255),
            Arbitraries.integers().between(0, 0xffff),
            Arbitraries.of(true, false),
            ipv4Addresses(),
            ipv4Addresses(),
            Arbitraries.integers().between(0, 10).flatMap(n -> octets(4 * n, 4 * n)))
        .as(
            (tos, id, whole, from, to, options) ->
                new Ipv4Header(tos, id, whole, false, 0, tos ^ 0x5a, 0xfd, from, to, options));
  }

  private static Arbitrary<Ipv6Extension> extensions() {
    return Arbitraries.of(
            IpProtocol.HOP_BY_HOP,
            IpProtocol.ROUTING,
            IpProtocol.AUTHENTICATION,
            IpProtocol.DESTINATION_OPTIONS)
        .flatMap(
            type ->
                Arbitraries.integers()
                    .between(1, 3)
                    .flatMap(n -> octets(8 * n - 2, 8 * n - 2))
                    .map(content -> new Ipv6Extension(type, content)));
  }

  static Arbitrary<Ipv6Header> ipv6Headers() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 255),
            Arbitraries.integers().between(0, 0xf_ffff),
            ipv6Addresses(),
            ipv6Addresses(),
            extensions().list().ofMaxSize(3))
        .as(
            (trafficClass, label, from, to, extensions) ->
                new Ipv6Header(
                    trafficClass, label, trafficClass ^ 0x5a, 0xfd, from, to, extensions));
  }

  static Arbitrary<TcpHeader> tcpHeaders() {
    Arbitrary<Integer> ports = Arbitraries.integers().between(0, 0xffff);
    Arbitrary<Long> numbers = Arbitraries.longs().between(0, 0xffff_ffffL);
    Arbitrary<TcpOption> option =
        Arbitraries.oneOf(
            Arbitraries.just(new TcpOption.NoOperation()),
            Arbitraries.just(new TcpOption.SelectiveAcknowledgement()),
            ports.map(TcpOption.MaximumSegmentSize::new),
            Arbitraries.integers().between(0, 255).map(TcpOption.WindowScale::new),
            Combinators.combine(numbers, numbers).as(TcpOption.Timestamps::new),
            Combinators.combine(Arbitraries.integers().between(5, 7), octets(0, 4))
                .as(TcpOption.Other::new));
    Arbitrary<List<TcpOption>> options = option.list().ofMaxSize(4);
    return Combinators.combine(
            ports,
            ports,
            numbers,
            numbers,
            Arbitraries.integers().between(0, 0xfff),
            ports,
            options)
        .as(
            (from, to, seq, ack, flags, window, list) ->
                new TcpHeader(from, to, seq, ack, flags, window, window ^ 1, list));
  }

  /** A builder with any headers in it. */
  static Arbitrary<FrameBuilder> builders() {
    Arbitrary<FrameBuilder> networks =
        Arbitraries.oneOf(
            ipv4Headers().map(ip -> new FrameBuilder().ip(ip)),
            ipv6Headers().map(ip -> new FrameBuilder().ip(ip)));
    Arbitrary<Object> transports =
        Arbitraries.oneOf(
            tcpHeaders(),
            Arbitraries.integers().map(bits -> new UdpHeader(bits >>> 16, bits & 0xffff)),
            Arbitraries.integers()
                .map(bits -> new IcmpHeader(bits & 0xff, bits >>> 8 & 0xff, bits)));
    return Combinators.combine(
            networks,
            transports,
            Arbitraries.integers().between(0, 0xfff).list().ofMaxSize(3),
            octets(0, 64))
        .as(Frames::builder);
  }

  private static FrameBuilder builder(
      FrameBuilder network, Object transport, List<Integer> tags, Octets payload) {
    for (int id : tags) {
      network.vlan(id % 2 == 0 ? EtherType.VLAN : EtherType.PROVIDER_VLAN, id, id & 7, id > 99);
    }
    network.payload(payload.toArray());
    return switch (transport) {
      case TcpHeader tcp -> network.tcp(tcp);
      case UdpHeader udp -> network.udp(udp.sourcePort(), udp.destinationPort());
      case IcmpHeader icmp -> network.icmp(icmp);
      default -> throw new IllegalStateException(transport.toString());
    };
  }
}
