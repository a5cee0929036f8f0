package dev.sluice.policy.program;

import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.Ipv6;
import dev.sluice.compiler.program.SkBuff;
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
 * that is taken back ends what it had allowed. Between a workload and the host that it is on,
 * everything passes.
 */
final class AccessCheck {
  private static final long SECOND = 1_000_000_000L;
  private static final long OPENING = 60 * SECOND;
  private static final long TCP_OPEN = 21_600 * SECOND;
  private static final long CLOSING = 30 * SECOND;
  private static final long OTHERS = 120 * SECOND;
  private static final int ICMP_HEADER = 8;

  private AccessCheck() {}

  /**
   * Whether a packet passes.
   *
   * @param at where its segment begins
   */
  static boolean passes(
      SkBuff skb, Hook hook, Ends ends, Segment segment, int at, int from, int to) {
    boolean error = segment.isError();
    Connection connection =
        error ? quoted(skb, segment.protocol(), at + ICMP_HEADER) : connection(ends, segment);
    if (segment.belongsToLink()) {
      return true;
    }
    int sender = traits(from);
    int receiver = traits(to);
    if (isForged(skb, hook, ends, sender)) {
      return false;
    }
    if (ends.same() || isOfHost(skb, hook, sender, receiver)) {
      return true;
    }
    int traits = sender | receiver;
    if ((traits & (Isolation.INGRESS | Isolation.EGRESS)) == 0
        || segment.protocol() == Segment.NO_PORTS) {
      return true; // without its first fragment, which has ports, no later one is of use
    }
    long now = PolicyProgram.now();
    Cell<State> cell = Tables.CONNECTIONS.cell(connection);
    int side = ends.inOrder(segment.fromPort(), segment.toPort()) ? 0 : 1;
    int opener = side;
    int phase = Phase.UNKNOWN;
    long until = 0;
    if (cell != null) {
      State state = cell.get();
      if (state.until() - now > 0 && !segment.opens()) {
        opener = state.opener();
        phase = state.phase();
        until = state.until();
      }
    }
    if (error) {
      return phase != Phase.UNKNOWN;
    }
    if (segment.isReply() && phase == Phase.UNKNOWN) {
      return false;
    }
    boolean reply = side != opener;
    int port = reply ? segment.askedPort() : segment.servicePort();
    int service = PolicyProgram.serviceOf(segment.protocol(), port);
    boolean opens = phase == Phase.UNKNOWN;
    if (!allowed(reply ? to : from, reply ? from : to, service, opens)) {
      return false;
    }
    int next =
        segment.ends() ? Phase.CLOSING : opens ? Phase.OPENING : reply ? answered(phase) : phase;
    long end = now + lifetime(next, segment.protocol());
    if (opens) {
      Tables.CONNECTIONS.put(connection, new State(end, side, next));
    } else if (cell != null && (next != phase || end - until > SECOND)) {
      // Not for every packet: it would move the line between processors.
      cell.set("phase", next);
      cell.set("until", end);
    }
    return true;
  }

  /** Whether a workload sends with somebody else's address. */
  private static boolean isForged(SkBuff skb, Hook hook, Ends ends, int sender) {
    if ((hook.tasks() & Tasks.OWN_ADDRESSES) != 0) {
      return Tables.OWNED.get(new Owned(ends.fromHigh(), ends.fromLow(), skb.ifindex())) == null;
    }
    return (hook.tasks() & Tasks.FROM_WORKLOAD) != 0 && (sender & Isolation.HOST) != 0;
  }

  /**
   * Whether a packet goes from the workload to this host, or comes from this host itself: one that
   * it only passes on has come in by some device, whatever address it bears.
   */
  private static boolean isOfHost(SkBuff skb, Hook hook, int sender, int receiver) {
    return (hook.tasks() & Tasks.FROM_WORKLOAD) != 0
        ? (receiver & Isolation.HOST) != 0
        : (sender & Isolation.HOST) != 0 && skb.ingressIfindex() == 0;
  }

  private static int answered(int phase) {
    return phase == Phase.OPENING ? Phase.OPEN : phase;
  }

  private static long lifetime(int phase, int protocol) {
    if (phase == Phase.CLOSING) {
      return CLOSING;
    }
    if (phase == Phase.OPENING) {
      return OPENING;
    }
    return protocol == Transport.TCP ? TCP_OPEN : OTHERS;
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
    int kinds = traits >>> Isolation.kindsAt(way) & 0xf;
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

  private static Connection connection(Ends ends, Segment segment) {
    int fromPort = segment.fromPort();
    int toPort = segment.toPort();
    boolean inOrder = ends.inOrder(fromPort, toPort);
    return new Connection(
        inOrder ? ends.fromHigh() : ends.toHigh(),
        inOrder ? ends.fromLow() : ends.toLow(),
        inOrder ? ends.toHigh() : ends.fromHigh(),
        inOrder ? ends.toLow() : ends.fromLow(),
        inOrder ? fromPort << 16 | toPort : toPort << 16 | fromPort,
        segment.protocol());
  }

  /** The connection of the packet that an error quotes, of which there may be only 8 bytes. */
  private static Connection quoted(SkBuff skb, int protocol, int at) {
    Ends ends;
    Transport inner;
    if (protocol == Transport.ICMP) {
      Ipv4 ip = new Ipv4(skb, at);
      ends = Ends.four(ip.source(), ip.destination());
      inner = new Transport(ip.protocol(), ip.payload());
    } else {
      Ipv6 ip = new Ipv6(skb, at);
      ends = new Ends(ip.sourceHigh(), ip.sourceLow(), ip.destinationHigh(), ip.destinationLow());
      inner = new Transport(ip.nextHeader(), at + 40);
    }
    int fromPort = 0;
    int toPort = 0;
    if (Services.hasPorts(inner.protocol())) {
      fromPort = inner.sourcePort(skb);
      toPort = inner.destinationPort(skb);
    } else if (inner.protocol() == Transport.ICMP || inner.protocol() == Transport.ICMPV6) {
      fromPort = skb.u16(inner.offset() + 4);
      toPort = fromPort;
    }
    return connection(ends, new Segment(inner.protocol(), fromPort, toPort, 0));
  }
}
