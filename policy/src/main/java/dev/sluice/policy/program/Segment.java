package dev.sluice.policy.program;

import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Tcp;
import dev.sluice.compiler.program.Transport;

/**
 * What is read of a packet behind its IP header. It is read at once: then nothing that follows
 * depends on where it was, and the verifier need not go through that for each place that it may be
 * at.
 *
 * @param protocol its number; {@link #NO_PORTS} of a fragment that does not hold the first bytes
 * @param fromPort of an echo, its identifier
 * @param toPort of an echo, its identifier
 * @param detail flags of TCP, type of ICMP
 */
record Segment(int protocol, int fromPort, int toPort, int detail) {
  /** The protocol of what has no header. */
  static final int NO_PORTS = -1;

  private static final int ECHO_REPLY = 0;
  private static final int UNREACHABLE = 3;
  private static final int ECHO = 8;
  private static final int TIME_EXCEEDED = 11;
  private static final int PARAMETER_PROBLEM = 12;
  private static final int ERRORS_OF_6 = 4;
  private static final int ECHO_6 = 128;
  private static final int ECHO_REPLY_6 = 129;
  private static final int FIRST_OF_LINK = 130;
  private static final int LAST_OF_LINK = 137;
  private static final int LISTENER_REPORT = 143;

  static Segment of(SkBuff skb, Transport transport) {
    int protocol = transport.protocol();
    int at = transport.offset();
    if (Services.hasPorts(protocol)) {
      int flags = protocol == Transport.TCP ? new Tcp(skb, at).flags() : 0;
      return new Segment(
          protocol, transport.sourcePort(skb), transport.destinationPort(skb), flags);
    }
    if (protocol == Transport.ICMP || protocol == Transport.ICMPV6) {
      int identifier = skb.u16(at + 4);
      return new Segment(protocol, identifier, identifier, skb.u8(at));
    }
    return new Segment(protocol, 0, 0, 0);
  }

  private boolean isIcmp() {
    return protocol == Transport.ICMP || protocol == Transport.ICMPV6;
  }

  /** The port that a service is known by; of ICMP, the type. */
  int servicePort() {
    return isIcmp() ? detail : toPort;
  }

  /** Of a reply, the port of the service that was asked for. */
  int askedPort() {
    return protocol == Transport.ICMP ? ECHO : protocol == Transport.ICMPV6 ? ECHO_6 : fromPort;
  }

  /** Whether it opens a connection, whatever is known of the one before. */
  boolean opens() {
    return protocol == Transport.TCP && (detail & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN;
  }

  /** Whether it ends a connection. */
  boolean ends() {
    return protocol == Transport.TCP && (detail & (Tcp.FIN | Tcp.RST)) != 0;
  }

  /** Whether it only answers. */
  boolean isReply() {
    return protocol == Transport.ICMP && detail == ECHO_REPLY
        || protocol == Transport.ICMPV6 && detail == ECHO_REPLY_6;
  }

  /** Neighbour discovery and group membership, without which there is no IPv6 on a link. */
  boolean belongsToLink() {
    return protocol == Transport.ICMPV6
        && (detail >= FIRST_OF_LINK && detail <= LAST_OF_LINK || detail == LISTENER_REPORT);
  }

  /** Whether it quotes a packet that came to nothing. */
  boolean isError() {
    return protocol == Transport.ICMP
            && (detail == UNREACHABLE || detail == TIME_EXCEEDED || detail == PARAMETER_PROBLEM)
        || protocol == Transport.ICMPV6 && detail <= ERRORS_OF_6;
  }
}
