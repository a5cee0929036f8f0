package dev.sluice.packet;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds Ethernet frames, for tests and for made-up traffic. Types, lengths and checksums follow
 * from what is put in:
 *
 * <pre>{@code
 * byte[] frame =
 *     new FrameBuilder()
 *         .vlan(10)
 *         .ip("10.0.0.1", "10.0.0.2")
 *         .tcp(40000, 443, TcpSegment.SYN)
 *         .build();
 * }</pre>
 *
 * <p>Without addresses of their own, frames go from {@code 02:00:00:00:00:01} to {@code …:02}. With
 * a routing header of IPv6, checksums count the address in the first header as the last stop.
 */
public final class FrameBuilder {
  private MacAddress source = new MacAddress(0x0200_0000_0001L);
  private MacAddress destination = new MacAddress(0x0200_0000_0002L);
  private final List<VlanHeader> tags = new ArrayList<>();
  private final List<Integer> tagTypes = new ArrayList<>();
  private int type = EtherType.IPV4;
  private @Nullable Ipv4Header ipv4;
  private @Nullable Ipv6Header ipv6;
  private @Nullable ArpHeader arp;
  private @Nullable TcpHeader tcp;
  private @Nullable UdpHeader udp;
  private @Nullable IcmpHeader icmp;
  private Octets payload = Octets.NONE;

  /** A frame with nothing in it yet. */
  public FrameBuilder() {}

  /** Says where the frame comes from. */
  public FrameBuilder from(MacAddress address) {
    source = address;
    return this;
  }

  /** Says where the frame goes. */
  public FrameBuilder to(MacAddress address) {
    destination = address;
    return this;
  }

  /** Says what the payload is if no header here does: an {@link EtherType}. */
  public FrameBuilder type(int etherType) {
    Fields.require("type", etherType, 16);
    type = etherType;
    return this;
  }

  /** Adds a tag of IEEE 802.1Q behind those that are there. */
  public FrameBuilder vlan(int id) {
    return vlan(EtherType.VLAN, id, 0, false);
  }

  /**
   * Adds a tag behind those that are there.
   *
   * @param tagType {@link EtherType#VLAN} or {@link EtherType#PROVIDER_VLAN}
   * @param id the network's number, 0 to 4095
   * @param priority the priority, 0 to 7
   * @param dropEligible whether it may be dropped first
   */
  public FrameBuilder vlan(int tagType, int id, int priority, boolean dropEligible) {
    if (!EtherType.isVlan(tagType)) {
      throw new IllegalArgumentException("no tag's type: 0x" + Integer.toHexString(tagType));
    }
    tags.add(new VlanHeader(id, priority, dropEligible, 0));
    tagTypes.add(tagType);
    return this;
  }

  /** Puts in a plain header of the addresses' version of IP. */
  public FrameBuilder ip(String from, String to) {
    IpAddress first = IpAddress.parse(from);
    IpAddress second = IpAddress.parse(to);
    if (first instanceof Ipv4Address a && second instanceof Ipv4Address b) {
      return ip(new Ipv4Header(a, b, 0xfd));
    }
    if (first instanceof Ipv6Address a && second instanceof Ipv6Address b) {
      return ip(new Ipv6Header(a, b, 0xfd));
    }
    throw new IllegalArgumentException("addresses of two versions: " + from + " and " + to);
  }

  /** Puts in an IPv4 header; its protocol counts only without a header of TCP, UDP or ICMP. */
  public FrameBuilder ip(Ipv4Header header) {
    clearNetwork();
    ipv4 = header;
    return this;
  }

  /** Puts in an IPv6 header; its protocol counts only without a header of TCP, UDP or ICMP. */
  public FrameBuilder ip(Ipv6Header header) {
    clearNetwork();
    ipv6 = header;
    return this;
  }

  /** Puts in an ARP packet. */
  public FrameBuilder arp(ArpHeader header) {
    clearNetwork();
    arp = header;
    return this;
  }

  private void clearNetwork() {
    ipv4 = null;
    ipv6 = null;
    arp = null;
  }

  /** Puts in a plain TCP header. */
  public FrameBuilder tcp(int sourcePort, int destinationPort, int flags) {
    return tcp(new TcpHeader(sourcePort, destinationPort, flags));
  }

  /** Puts in a TCP header. */
  public FrameBuilder tcp(TcpHeader header) {
    clearTransport();
    tcp = header;
    return this;
  }

  /** Puts in a UDP header. */
  public FrameBuilder udp(int sourcePort, int destinationPort) {
    clearTransport();
    udp = new UdpHeader(sourcePort, destinationPort);
    return this;
  }

  /** Puts in a header of ICMP or, behind IPv6, ICMPv6. */
  public FrameBuilder icmp(IcmpHeader header) {
    clearTransport();
    icmp = header;
    return this;
  }

  private void clearTransport() {
    tcp = null;
    udp = null;
    icmp = null;
  }

  /** Puts a copy of some bytes behind the headers. */
  public FrameBuilder payload(byte[] bytes) {
    payload = Octets.copyOf(bytes);
    return this;
  }

  /** Puts so many zeros behind the headers. */
  public FrameBuilder payload(int length) {
    return payload(new byte[length]);
  }

  /**
   * The frame. The builder may go on and build more.
   *
   * @throws IllegalStateException if a transport header has no IP header before it
   * @throws IllegalArgumentException if it is too long for its headers
   */
  public byte[] build() {
    if (ipv4 == null && ipv6 == null && (tcp != null || udp != null || icmp != null)) {
      throw new IllegalStateException("a header of tcp, udp or icmp without an ip header");
    }
    int network = EthernetFrame.HEADER + tags.size() * VlanTag.HEADER;
    int transport = network + networkLength();
    int data = transport + transportLength();
    byte[] bytes = new byte[data + payload.length()];
    writeEthernet(bytes);
    payload.copyTo(bytes, data);
    int carried = bytes.length - transport;
    if (ipv4 != null) {
      ipv4.withProtocol(protocol(ipv4.protocol(), IpProtocol.ICMP)).write(bytes, network, carried);
      writeTransport(bytes, transport, ipv4.source(), ipv4.destination());
    } else if (ipv6 != null) {
      ipv6.withProtocol(protocol(ipv6.protocol(), IpProtocol.ICMPV6))
          .write(bytes, network, carried);
      writeTransport(bytes, transport, ipv6.source(), ipv6.destination());
    } else if (arp != null) {
      arp.write(bytes, network);
    }
    return bytes;
  }

  private int networkLength() {
    if (ipv4 != null) {
      return ipv4.length();
    }
    if (ipv6 != null) {
      return ipv6.length();
    }
    return arp != null ? ArpPacket.HEADER : 0;
  }

  private int transportLength() {
    if (tcp != null) {
      return tcp.length();
    }
    if (udp != null) {
      return UdpDatagram.HEADER;
    }
    return icmp != null ? IcmpMessage.HEADER : 0;
  }

  private int protocol(int otherwise, int icmpNumber) {
    if (tcp != null) {
      return IpProtocol.TCP;
    }
    if (udp != null) {
      return IpProtocol.UDP;
    }
    return icmp != null ? icmpNumber : otherwise;
  }

  private int networkType() {
    if (ipv4 != null) {
      return EtherType.IPV4;
    }
    if (ipv6 != null) {
      return EtherType.IPV6;
    }
    return arp != null ? EtherType.ARP : type;
  }

  private void writeEthernet(byte[] bytes) {
    int first = tags.isEmpty() ? networkType() : tagTypes.getFirst();
    new EthernetHeader(destination, source, first).write(bytes, 0);
    for (int i = 0; i < tags.size(); i++) {
      VlanHeader tag = tags.get(i);
      int next = i + 1 < tags.size() ? tagTypes.get(i + 1) : networkType();
      new VlanHeader(tag.id(), tag.priority(), tag.dropEligible(), next)
          .write(bytes, EthernetFrame.HEADER + i * VlanTag.HEADER);
    }
  }

  private void writeTransport(byte[] bytes, int at, IpAddress from, IpAddress to) {
    int length = bytes.length - at;
    if (tcp != null) {
      tcp.write(bytes, at);
      long pseudo = InternetChecksum.pseudoHeader(from, to, IpProtocol.TCP, length);
      Fields.put16(
          bytes, at + 16, InternetChecksum.fold(InternetChecksum.sum(bytes, at, length, pseudo)));
    } else if (udp != null) {
      udp.write(bytes, at, payload.length());
      long pseudo = InternetChecksum.pseudoHeader(from, to, IpProtocol.UDP, length);
      int checksum = InternetChecksum.fold(InternetChecksum.sum(bytes, at, length, pseudo));
      // 0 would mean that there is none.
      Fields.put16(bytes, at + 6, checksum == 0 ? 0xffff : checksum);
    } else if (icmp != null) {
      icmp.write(bytes, at);
      long pseudo =
          from instanceof Ipv6Address
              ? InternetChecksum.pseudoHeader(from, to, IpProtocol.ICMPV6, length)
              : 0;
      Fields.put16(
          bytes, at + 2, InternetChecksum.fold(InternetChecksum.sum(bytes, at, length, pseudo)));
    }
  }
}
