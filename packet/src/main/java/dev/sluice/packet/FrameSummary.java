package dev.sluice.packet;

import org.jspecify.annotations.Nullable;

/**
 * A frame in one line for people, such as {@code IP 10.0.0.1:40000 > 10.0.0.2:443 tcp syn len 60}.
 * The length is the IP packet's, with its header, as the packet says. Any bytes give a line, and
 * only letters, digits and punctuation of ASCII are in it.
 */
public final class FrameSummary {
  private static final String[] FLAGS = {
    "fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ae"
  };

  private FrameSummary() {}

  /**
   * The line of an Ethernet frame.
   *
   * @throws IndexOutOfBoundsException if the array has no such bytes
   */
  public static String of(byte[] bytes, int from, int length) {
    Dissection dissection = new Dissection();
    dissection.frame(bytes, from, length);
    return of(dissection);
  }

  /** The line of a frame that was dissected. */
  public static String of(Dissection frame) {
    StringBuilder text = new StringBuilder(96);
    append(text, frame);
    return text.toString();
  }

  /** Appends the line of a frame that was dissected; nothing else is allocated. */
  public static void append(StringBuilder text, Dissection frame) {
    if (frame.tags() > 0) {
      text.append("vlan ").append(frame.tag().id()).append(' ');
    }
    if (frame.ipv4().isPresent()) {
      appendIpv4(text, frame);
    } else if (frame.ipv6().isPresent()) {
      appendIpv6(text, frame);
    } else if (frame.arp().isPresent()) {
      appendArp(text, frame.arp());
    } else {
      appendUnknown(text, frame);
    }
    if (frame.problem() != null) {
      text.append(" [").append(frame.problem()).append(']');
    }
  }

  private static void appendIpv4(StringBuilder text, Dissection frame) {
    Ipv4Packet ip = frame.ipv4();
    text.append("IP ");
    Ipv4Address.appendTo(text, ip.source());
    if (frame.hasPorts()) {
      text.append(':').append(frame.sourcePort());
    }
    text.append(" > ");
    Ipv4Address.appendTo(text, ip.destination());
    if (frame.hasPorts()) {
      text.append(':').append(frame.destinationPort());
    }
    appendProtocol(text, frame, false);
    if (ip.isFragment()) {
      appendFragment(text, ip.fragmentOffset(), ip.hasMoreFragments());
    }
    int length = ip.totalLength();
    appendLength(text, length == 0 ? ip.headerLength() + ip.payloadLength() : length);
  }

  private static void appendIpv6(StringBuilder text, Dissection frame) {
    Ipv6Packet ip = frame.ipv6();
    text.append("IP6 ");
    appendEndpoint(text, ip.sourceHigh(), ip.sourceLow(), frame, frame.sourcePort());
    text.append(" > ");
    appendEndpoint(text, ip.destinationHigh(), ip.destinationLow(), frame, frame.destinationPort());
    appendProtocol(text, frame, true);
    if (ip.isFragment()) {
      appendFragment(text, ip.fragmentOffset(), ip.hasMoreFragments());
    }
    appendLength(text, Ipv6Packet.HEADER + Math.max(ip.saidPayloadLength(), ip.payloadLength()));
  }

  private static void appendEndpoint(
      StringBuilder text, long high, long low, Dissection frame, int port) {
    if (frame.hasPorts()) {
      text.append('[');
    }
    Ipv6Address.appendTo(text, high, low);
    if (frame.hasPorts()) {
      text.append("]:").append(port);
    }
  }

  private static void appendProtocol(StringBuilder text, Dissection frame, boolean ipv6) {
    String name = IpProtocol.name(frame.protocol());
    if (name == null || frame.protocol() == IpProtocol.HOP_BY_HOP && !ipv6) {
      text.append(" protocol ").append(frame.protocol());
    } else {
      text.append(' ').append(name);
    }
    if (frame.tcp().isPresent()) {
      appendFlags(text, frame.tcp().flags());
    } else if (frame.icmp().isPresent()) {
      appendIcmp(text, frame.icmp(), frame.protocol() == IpProtocol.ICMPV6);
    }
  }

  private static void appendFlags(StringBuilder text, int flags) {
    char before = ' ';
    for (int i = 0; i < FLAGS.length; i++) {
      if ((flags >>> i & 1) != 0) {
        text.append(before).append(FLAGS[i]);
        before = ',';
      }
    }
  }

  private static void appendIcmp(StringBuilder text, IcmpMessage icmp, boolean ipv6) {
    String name = ipv6 ? icmpv6Name(icmp.type()) : icmpName(icmp.type());
    if (name == null) {
      text.append(" type ").append(icmp.type()).append(" code ").append(icmp.code());
      return;
    }
    text.append(' ').append(name);
    boolean echo = ipv6 ? icmp.type() >>> 1 == 64 : (icmp.type() & ~8) == 0;
    if (echo) {
      text.append(" id ").append(icmp.identifier()).append(" seq ").append(icmp.sequence());
    } else if (icmp.code() != 0) {
      text.append(" code ").append(icmp.code());
    }
  }

  private static @Nullable String icmpName(int type) {
    return switch (type) {
      case 0 -> "echo reply";
      case 3 -> "unreachable";
      case 5 -> "redirect";
      case 8 -> "echo request";
      case 11 -> "time exceeded";
      case 12 -> "parameter problem";
      default -> null;
    };
  }

  private static @Nullable String icmpv6Name(int type) {
    return switch (type) {
      case 1 -> "unreachable";
      case 2 -> "packet too big";
      case 3 -> "time exceeded";
      case 4 -> "parameter problem";
      case 128 -> "echo request";
      case 129 -> "echo reply";
      case 133 -> "router solicitation";
      case 134 -> "router advertisement";
      case 135 -> "neighbour solicitation";
      case 136 -> "neighbour advertisement";
      default -> null;
    };
  }

  private static void appendFragment(StringBuilder text, int offset, boolean more) {
    text.append(" frag ").append(offset).append(more ? "+" : "");
  }

  private static void appendLength(StringBuilder text, int length) {
    text.append(" len ").append(length);
  }

  private static void appendArp(StringBuilder text, ArpPacket arp) {
    switch (arp.operation()) {
      case ArpPacket.REQUEST -> {
        text.append("ARP who-has ");
        Ipv4Address.appendTo(text, arp.target());
        text.append(" tell ");
        Ipv4Address.appendTo(text, arp.sender());
      }
      case ArpPacket.REPLY -> {
        text.append("ARP reply ");
        Ipv4Address.appendTo(text, arp.sender());
        text.append(" is-at ");
        MacAddress.appendTo(text, arp.senderHardware());
      }
      default -> text.append("ARP operation ").append(arp.operation());
    }
  }

  private static void appendUnknown(StringBuilder text, Dissection frame) {
    if (frame.ethernet().isPresent()) {
      MacAddress.appendTo(text, frame.ethernet().source());
      text.append(" > ");
      MacAddress.appendTo(text, frame.ethernet().destination());
      text.append(' ');
    }
    int type = frame.networkType();
    if (frame.problem() == null) {
      if (type < EtherType.LEAST) {
        text.append("802.3");
      } else {
        text.append("ethertype 0x");
        for (int shift = 12; shift >= 0; shift -= 4) {
          text.append(Character.forDigit(type >>> shift & 15, 16));
        }
      }
    } else {
      text.append("frame");
    }
    appendLength(text, frame.length());
  }
}
