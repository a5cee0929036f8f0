package dev.sluice.packet;

import org.jspecify.annotations.Nullable;

/**
 * The headers of a frame, found layer by layer. A dissection is made once and used for one frame
 * after the other; it allocates nothing and takes any bytes. What is cut off or malformed ends it:
 * the layers before are there, and {@link #problem} says what is wrong.
 */
public final class Dissection {
  /** Tags in a row that are followed; the kernel's parser stops at two, others at more. */
  private static final int MOST_TAGS = 8;

  private static final int PORTS = 4;

  private final EthernetFrame ethernet = new EthernetFrame();
  private final VlanTag tag = new VlanTag();
  private final ArpPacket arp = new ArpPacket();
  private final Ipv4Packet ipv4 = new Ipv4Packet();
  private final Ipv6Packet ipv6 = new Ipv6Packet();
  private final TcpSegment tcp = new TcpSegment();
  private final UdpDatagram udp = new UdpDatagram();
  private final IcmpMessage icmp = new IcmpMessage();

  private int tags;
  private int networkType;
  private int ports;
  private int length;
  private boolean portsKnown;
  private @Nullable String problem;

  /** A dissection of nothing yet. */
  public Dissection() {}

  /**
   * Dissects an Ethernet frame.
   *
   * @throws IndexOutOfBoundsException if the array has no such bytes
   */
  public void frame(byte[] bytes, int from, int length) {
    clear();
    this.length = length;
    if (!ethernet.point(bytes, from, length)) {
      problem = "ethernet header cut off";
      return;
    }
    int type = ethernet.type();
    int at = from + EthernetFrame.HEADER;
    int left = length - EthernetFrame.HEADER;
    while (EtherType.isVlan(type) && tags < MOST_TAGS) {
      // Asked before, for a view that is pointed at too little loses the tag that it had.
      if (left < VlanTag.HEADER) {
        problem = "vlan tag cut off";
        networkType = type;
        return;
      }
      tag.point(bytes, at, left);
      tags++;
      type = tag.type();
      at += VlanTag.HEADER;
      left -= VlanTag.HEADER;
    }
    network(bytes, at, left, type);
  }

  /**
   * Dissects a packet that lies there without an Ethernet header.
   *
   * @param etherType what it is
   * @throws IndexOutOfBoundsException if the array has no such bytes
   */
  public void packet(byte[] bytes, int from, int length, int etherType) {
    clear();
    this.length = length;
    network(bytes, from, length, etherType);
  }

  private void clear() {
    ethernet.clear();
    tag.clear();
    arp.clear();
    ipv4.clear();
    ipv6.clear();
    tcp.clear();
    udp.clear();
    icmp.clear();
    tags = 0;
    networkType = 0;
    ports = 0;
    portsKnown = false;
    problem = null;
  }

  private void network(byte[] bytes, int from, int length, int type) {
    networkType = type;
    switch (type) {
      case EtherType.IPV4 -> {
        if (!ipv4.point(bytes, from, length)) {
          problem = length < Ipv4Packet.HEADER ? "ip header cut off" : "ip header malformed";
        } else if (ipv4.fragmentOffset() == 0) {
          transport(bytes, ipv4.payloadOffset(), ipv4.payloadLength(), ipv4.protocol());
        }
      }
      case EtherType.IPV6 -> {
        if (!ipv6.point(bytes, from, length)) {
          problem = length < Ipv6Packet.HEADER ? "ip6 header cut off" : "ip6 header malformed";
        } else if (!ipv6.areExtensionsWhole()) {
          problem = "ip6 extension cut off";
        } else if (ipv6.fragmentOffset() == 0) {
          transport(
              bytes, ipv6.transportOffset(), ipv6.transportLength(), ipv6.transportProtocol());
        }
      }
      case EtherType.ARP -> {
        if (!arp.point(bytes, from, length)) {
          problem = length < ArpPacket.HEADER ? "arp cut off" : "arp of other addresses";
        }
      }
      default -> {
        // Nothing more is known of it.
      }
    }
  }

  private void transport(byte[] bytes, int from, int length, int protocol) {
    if (IpProtocol.hasPorts(protocol) && length >= PORTS) {
      ports =
          (bytes[from] & 0xff) << 24
              | (bytes[from + 1] & 0xff) << 16
              | (bytes[from + 2] & 0xff) << 8
              | bytes[from + 3] & 0xff;
      portsKnown = true;
    }
    switch (protocol) {
      case IpProtocol.TCP -> {
        if (!tcp.point(bytes, from, length)) {
          boolean cut = length < TcpSegment.HEADER || isHeaderCut(bytes[from + 12]);
          problem = cut ? "tcp header cut off" : "tcp header malformed";
        }
      }
      case IpProtocol.UDP -> {
        if (!udp.point(bytes, from, length)) {
          problem = length < UdpDatagram.HEADER ? "udp header cut off" : "udp header malformed";
        }
      }
      case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
        if (!icmp.point(bytes, from, length)) {
          problem = "icmp header cut off";
        }
      }
      default -> {
        // Nothing more is known of it.
      }
    }
  }

  private static boolean isHeaderCut(byte dataOffset) {
    return (dataOffset >>> 4 & 15) * 4 >= TcpSegment.HEADER;
  }

  /** How many bytes of the frame there were. */
  public int length() {
    return length;
  }

  /** The Ethernet header, maybe absent. */
  public EthernetFrame ethernet() {
    return ethernet;
  }

  /** How many VLAN tags there are. */
  public int tags() {
    return tags;
  }

  /** The innermost VLAN tag, maybe absent. */
  public VlanTag tag() {
    return tag;
  }

  /** What the frame carries behind its tags: an {@link EtherType}; 0 if that is cut off. */
  public int networkType() {
    return networkType;
  }

  /** The ARP packet, maybe absent. */
  public ArpPacket arp() {
    return arp;
  }

  /** The IPv4 packet, maybe absent. */
  public Ipv4Packet ipv4() {
    return ipv4;
  }

  /** The IPv6 packet, maybe absent. */
  public Ipv6Packet ipv6() {
    return ipv6;
  }

  /** Whether there is an IP packet. */
  public boolean hasIp() {
    return ipv4.isPresent() || ipv6.isPresent();
  }

  /**
   * What the IP packet carries, an {@link IpProtocol}, behind IPv6's extensions; −1 without an IP
   * packet.
   */
  public int protocol() {
    if (ipv4.isPresent()) {
      return ipv4.protocol();
    }
    return ipv6.isPresent() ? ipv6.transportProtocol() : -1;
  }

  /** The TCP segment, maybe absent. */
  public TcpSegment tcp() {
    return tcp;
  }

  /** The UDP datagram, maybe absent. */
  public UdpDatagram udp() {
    return udp;
  }

  /** The ICMP or ICMPv6 message, maybe absent. */
  public IcmpMessage icmp() {
    return icmp;
  }

  /** Whether the ports are known: of a protocol that has them, and not of a later fragment. */
  public boolean hasPorts() {
    return portsKnown;
  }

  /** The sender's port; 0 if it is not known. */
  public int sourcePort() {
    return ports >>> 16;
  }

  /** The receiver's port; 0 if it is not known. */
  public int destinationPort() {
    return ports & 0xffff;
  }

  /** What is cut off or malformed; null if nothing is. */
  public @Nullable String problem() {
    return problem;
  }
}
