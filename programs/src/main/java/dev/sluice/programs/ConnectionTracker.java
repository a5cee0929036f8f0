package dev.sluice.programs;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.NetworkOrder;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Tcp;
import dev.sluice.compiler.program.Transport;
import dev.sluice.compiler.program.Verdict;

/**
 * Remembers IPv4 connections that were begun from this side, and lets in only what answers them.
 * {@link #outgoing} belongs to a device's egress, {@link #incoming} to its ingress.
 */
public final class ConnectionTracker {
  /** How long a connection may be silent, in nanoseconds. */
  public static final long IDLE = Kernel.constant(120_000_000_000L);

  /** The connections, as they look from this side. */
  public static final Table<Connection, State> CONNECTIONS =
      Table.lru(Connection.class, State.class, 65_536);

  private ConnectionTracker() {}

  /**
   * A connection.
   *
   * @param local this side's address
   * @param remote the other side's
   * @param localPort this side's port
   * @param remotePort the other side's
   * @param protocol 6 TCP, 17 UDP
   */
  public record Connection(
      @NetworkOrder int local,
      @NetworkOrder int remote,
      @NetworkOrder short localPort,
      @NetworkOrder short remotePort,
      int protocol) {}

  /**
   * What is known of one.
   *
   * @param seen when its last packet was seen, in nanoseconds since the machine began
   * @param sent packets from this side
   * @param received packets from the other
   * @param closing 1 once either side ended it
   */
  public record State(long seen, long sent, long received, int closing) {}

  /** Remembers what is sent. */
  @BpfProgram(name = "track_out", otherwise = Verdict.NEXT)
  public static int outgoing(SkBuff skb) {
    if (skb.u16(12) != Ethernet.IPV4) {
      return Verdict.NEXT;
    }
    Ipv4 ip = new Ipv4(skb, 14);
    Transport transport = transport(ip);
    if (!transport.hasPorts()) {
      return Verdict.NEXT;
    }
    Connection connection =
        new Connection(
            ip.source(),
            ip.destination(),
            (short) transport.sourcePort(skb),
            (short) transport.destinationPort(skb),
            transport.protocol());
    Cell<State> state = CONNECTIONS.cell(connection);
    long now = Kernel.nanoTime();
    if (state == null) {
      CONNECTIONS.put(connection, new State(now, 1, 0, 0));
    } else {
      state.add("sent", 1);
      note(state, now, skb, transport);
    }
    return Verdict.NEXT;
  }

  /** Drops what answers nothing. */
  @BpfProgram(name = "track_in", otherwise = Verdict.DROP)
  public static int incoming(SkBuff skb) {
    if (skb.u16(12) != Ethernet.IPV4) {
      return Verdict.NEXT;
    }
    Ipv4 ip = new Ipv4(skb, 14);
    Transport transport = transport(ip);
    if (!transport.hasPorts()) {
      return Verdict.NEXT;
    }
    Connection connection =
        new Connection(
            ip.destination(),
            ip.source(),
            (short) transport.destinationPort(skb),
            (short) transport.sourcePort(skb),
            transport.protocol());
    Cell<State> state = CONNECTIONS.cell(connection);
    if (state == null) {
      return Verdict.DROP;
    }
    long now = Kernel.nanoTime();
    if (now - state.get().seen() > IDLE) {
      CONNECTIONS.remove(connection);
      return Verdict.DROP;
    }
    state.add("received", 1);
    note(state, now, skb, transport);
    return Verdict.NEXT;
  }

  /** What has ports; of a later fragment there are none. */
  private static Transport transport(Ipv4 ip) {
    return new Transport(ip.isLaterFragment() ? -1 : ip.protocol(), ip.payload());
  }

  private static void note(Cell<State> state, long now, SkBuff skb, Transport transport) {
    state.set("seen", now);
    if (ends(skb, transport)) {
      state.set("closing", 1);
    }
  }

  private static boolean ends(SkBuff skb, Transport transport) {
    return transport.protocol() == Transport.TCP
        && (new Tcp(skb, transport.offset()).flags() & (Tcp.FIN | Tcp.RST)) != 0;
  }
}
