package dev.sluice.policy.program;

import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.Ipv6;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Tcp;
import dev.sluice.compiler.program.Transport;
import dev.sluice.policy.program.Tables.Connection;
import dev.sluice.policy.program.Tables.Hook;
import dev.sluice.policy.program.Tables.Isolation;
import dev.sluice.policy.program.Tables.Owned;
import dev.sluice.policy.program.Tables.Permit;
import dev.sluice.policy.program.Tables.Phase;
import dev.sluice.policy.program.Tables.State;
import dev.sluice.policy.program.Tables.Tasks;

/**
 * Whether two ends may talk, as Kubernetes reads network policies. A packet passes if the opening
 * of its connection is allowed now: the table of connections only tells who opened it. So a rule
 * that is taken back ends what it had allowed.
 */
final class AccessCheck {
  private static final long SECOND = 1_000_000_000L;
  private static final long OPENING = 60 * SECOND;
  private static final long TCP_OPEN = 21_600 * SECOND;
  private static final long CLOSING = 30 * SECOND;
  private static final long OTHERS = 120 * SECOND;

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
  private static final int ICMP_HEADER = 8;

  private AccessCheck() {}

  static boolean passes(
      SkBuff skb, Hook hook, Ends ends, Transport transport, int from, int to, int service) {
    if (belongsToLink(skb, transport) || ends.same()) {
      return true;
    }
    if ((hook.tasks() & Tasks.FROM_WORKLOAD) != 0
        && Tables.OWNED.get(new Owned(ends.fromHigh(), ends.fromLow(), skb.ifindex())) == null) {
      return false; // somebody else's address
    }
    int traits = traits(from) | traits(to);
    if ((traits & (Isolation.INGRESS | Isolation.EGRESS)) == 0
        || (traits & Isolation.HOST) != 0
        || transport.protocol() == Ends.LATER_FRAGMENT) {
      return true; // without its first fragment, which has ports, no later one is of use
    }
    if (isError(skb, transport)) {
      return isKnown(quoted(skb, transport)) || allowed(from, to, service, false);
    }
    int fromPort = fromPort(skb, transport);
    int toPort = toPort(skb, transport);
    boolean inOrder = ends.inOrder(fromPort, toPort);
    Connection connection = connection(ends, fromPort, toPort, transport.protocol(), inOrder);
    Cell<State> cell = Tables.CONNECTIONS.cell(connection);
    long now = PolicyProgram.now();
    int sender = inOrder ? 0 : 1;
    int flags =
        transport.protocol() == Transport.TCP ? new Tcp(skb, transport.offset()).flags() : 0;
    boolean opens = (flags & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN;
    if (cell != null && !opens) {
      State state = cell.get();
      if (state.until() - now > 0) {
        return goesOn(skb, cell, state, transport, sender, flags, from, to, service, now);
      }
    }
    if (isReply(skb, transport) || !allowed(from, to, service, true)) {
      return false;
    }
    Tables.CONNECTIONS.put(connection, new State(now + OPENING, sender, Phase.OPENING));
    return true;
  }

  private static boolean goesOn(
      SkBuff skb,
      Cell<State> cell,
      State state,
      Transport transport,
      int sender,
      int flags,
      int from,
      int to,
      int service,
      long now) {
    boolean reply = sender != state.opener();
    boolean allowed =
        reply
            ? allowed(to, from, openedService(skb, transport), false)
            : allowed(from, to, service, false);
    if (!allowed) {
      return false;
    }
    boolean ends = (flags & (Tcp.FIN | Tcp.RST)) != 0;
    int phase = state.phase();
    int next = ends ? Phase.CLOSING : reply && phase == Phase.OPENING ? Phase.OPEN : phase;
    if (next != phase) {
      cell.set("phase", next);
    }
    long time =
        next == Phase.CLOSING
            ? CLOSING
            : next == Phase.OPENING
                ? OPENING
                : transport.protocol() == Transport.TCP ? TCP_OPEN : OTHERS;
    long until = now + time;
    // A write for every packet would move the line between processors.
    if (next != phase || until - state.until() > SECOND) {
      cell.set("until", until);
    }
    return true;
  }

  /**
   * Whether an opening is allowed, by both ends.
   *
   * @param counted whether to count by which rules
   */
  private static boolean allowed(int opener, int receiver, int service, boolean counted) {
    return permitted(Isolation.EGRESS, opener, receiver, service, counted)
        && permitted(Isolation.INGRESS, receiver, opener, service, counted);
  }

  private static boolean permitted(int way, int local, int remote, int service, boolean counted) {
    int traits = traits(local);
    if ((traits & way) == 0) {
      return true;
    }
    int kinds = traits >>> (way == Isolation.INGRESS ? 8 : 12) & 0xf;
    return (kinds & Isolation.EXACT) != 0 && find(way, local, remote, service, counted)
        || (kinds & Isolation.ANY_REMOTE) != 0 && find(way, local, Tables.ANY, service, counted)
        || (kinds & Isolation.ANY_SERVICE) != 0 && find(way, local, remote, Tables.ANY, counted)
        || (kinds & Isolation.ANYTHING) != 0 && find(way, local, Tables.ANY, Tables.ANY, counted);
  }

  private static boolean find(int way, int local, int remote, int service, boolean counted) {
    Integer rule = Tables.PERMITS.get(new Permit(way, local, remote, service));
    if (rule != null && counted) {
      PolicyProgram.count(rule, 0);
    }
    return rule != null;
  }

  private static int traits(int identity) {
    Integer traits = Tables.TRAITS.get(identity);
    return traits == null ? 0 : traits;
  }

  /** Neighbour discovery and group membership, without which there is no IPv6 on a link. */
  private static boolean belongsToLink(SkBuff skb, Transport transport) {
    if (transport.protocol() != Transport.ICMPV6) {
      return false;
    }
    int type = skb.u8(transport.offset());
    return type >= FIRST_OF_LINK && type <= LAST_OF_LINK || type == LISTENER_REPORT;
  }

  private static boolean isError(SkBuff skb, Transport transport) {
    if (transport.protocol() == Transport.ICMP) {
      int type = skb.u8(transport.offset());
      return type == UNREACHABLE || type == TIME_EXCEEDED || type == PARAMETER_PROBLEM;
    }
    return transport.protocol() == Transport.ICMPV6 && skb.u8(transport.offset()) <= ERRORS_OF_6;
  }

  private static boolean isReply(SkBuff skb, Transport transport) {
    if (transport.protocol() == Transport.ICMP) {
      return skb.u8(transport.offset()) == ECHO_REPLY;
    }
    return transport.protocol() == Transport.ICMPV6 && skb.u8(transport.offset()) == ECHO_REPLY_6;
  }

  /** Of a reply, the service that was asked for: an echo's, or that of the sender's port. */
  private static int openedService(SkBuff skb, Transport transport) {
    int protocol = transport.protocol();
    if (protocol == Transport.ICMP) {
      return PolicyProgram.serviceOf(protocol, ECHO);
    }
    if (protocol == Transport.ICMPV6) {
      return PolicyProgram.serviceOf(protocol, ECHO_6);
    }
    return PolicyProgram.serviceOf(protocol, fromPort(skb, transport));
  }

  private static int fromPort(SkBuff skb, Transport transport) {
    return Services.hasPorts(transport.protocol())
        ? transport.sourcePort(skb)
        : echoIdentifier(skb, transport);
  }

  private static int toPort(SkBuff skb, Transport transport) {
    return Services.hasPorts(transport.protocol())
        ? transport.destinationPort(skb)
        : echoIdentifier(skb, transport);
  }

  private static int echoIdentifier(SkBuff skb, Transport transport) {
    boolean icmp =
        transport.protocol() == Transport.ICMP || transport.protocol() == Transport.ICMPV6;
    return icmp ? skb.u16(transport.offset() + 4) : 0;
  }

  private static Connection connection(
      Ends ends, int fromPort, int toPort, int protocol, boolean inOrder) {
    return new Connection(
        inOrder ? ends.fromHigh() : ends.toHigh(),
        inOrder ? ends.fromLow() : ends.toLow(),
        inOrder ? ends.toHigh() : ends.fromHigh(),
        inOrder ? ends.toLow() : ends.fromLow(),
        inOrder ? fromPort << 16 | toPort : toPort << 16 | fromPort,
        protocol);
  }

  private static boolean isKnown(Connection connection) {
    Cell<State> cell = Tables.CONNECTIONS.cell(connection);
    return cell != null && cell.get().until() - PolicyProgram.now() > 0;
  }

  /** The connection of the packet that an error quotes. */
  private static Connection quoted(SkBuff skb, Transport transport) {
    int at = transport.offset() + ICMP_HEADER;
    if (transport.protocol() == Transport.ICMP) {
      Ipv4 ip = new Ipv4(skb, at);
      return connection(skb, Ends.four(ip.source(), ip.destination()), ip.protocol(), ip.payload());
    }
    Ipv6 ip = new Ipv6(skb, at);
    Transport inner = ip.transport();
    Ends ends =
        new Ends(ip.sourceHigh(), ip.sourceLow(), ip.destinationHigh(), ip.destinationLow());
    return connection(skb, ends, inner.protocol(), inner.offset());
  }

  private static Connection connection(SkBuff skb, Ends ends, int protocol, int offset) {
    Transport transport = new Transport(protocol, offset);
    int fromPort = fromPort(skb, transport);
    int toPort = toPort(skb, transport);
    return connection(ends, fromPort, toPort, protocol, ends.inOrder(fromPort, toPort));
  }
}
