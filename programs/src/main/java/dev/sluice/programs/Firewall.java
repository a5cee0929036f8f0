package dev.sluice.programs;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.Ipv6;
import dev.sluice.compiler.program.NetworkOrder;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Transport;
import dev.sluice.compiler.program.Verdict;

/**
 * Drops what comes from prefixes that are blocked, and what goes to ports that are not open, over
 * IPv4 and IPv6; counts what it does. What is neither goes on to the next program.
 */
public final class Firewall {
  /** Where {@link #COUNTERS} counts packets that went on. */
  public static final int PASSED = 0;

  /** Where it counts those of blocked senders. */
  public static final int BLOCKED_SENDER = 1;

  /** Where it counts those to closed ports. */
  public static final int CLOSED_PORT = 2;

  /** IPv4 prefixes that nothing is taken from; the values mean nothing. */
  public static final Table<Prefix4, Integer> BLOCKED4 =
      Table.prefixes(Prefix4.class, Integer.class, 16_384);

  /** IPv6 prefixes that nothing is taken from. */
  public static final Table<Prefix6, Integer> BLOCKED6 =
      Table.prefixes(Prefix6.class, Integer.class, 16_384);

  /** What is open; of ICMP, port 0. */
  public static final Table<Port, Integer> OPEN = Table.hash(Port.class, Integer.class, 4_096);

  /** Packets and bytes, by what was done. */
  public static final Table<Integer, Count> COUNTERS = Table.perCpuArray(Count.class, 3);

  private Firewall() {}

  /**
   * A prefix of IPv4 addresses.
   *
   * @param length in bits
   * @param address the rest 0
   */
  public record Prefix4(int length, @NetworkOrder int address) {}

  /**
   * A prefix of IPv6 addresses.
   *
   * @param length in bits
   * @param high of the address
   * @param upperLow the upper half of its lower half
   * @param lowerLow the lower half of that
   */
  public record Prefix6(
      int length,
      @NetworkOrder int high,
      @NetworkOrder int lowerHigh,
      @NetworkOrder int upperLow,
      @NetworkOrder int lowerLow) {}

  /**
   * A port of a protocol.
   *
   * @param protocol 6 TCP, 17 UDP, 1 or 58 ICMP
   * @param port 0 to 65,535
   */
  public record Port(int protocol, int port) {}

  /**
   * What was counted.
   *
   * @param packets packets
   * @param bytes bytes
   */
  public record Count(long packets, long bytes) {}

  /** The program. */
  @BpfProgram(name = "firewall", otherwise = Verdict.DROP)
  public static int filter(SkBuff skb) {
    Ethernet.Payload payload = new Ethernet(skb).payload();
    return switch (payload.type()) {
      case Ethernet.IPV4 -> filter4(skb, new Ipv4(skb, payload.offset()));
      case Ethernet.IPV6 -> filter6(skb, new Ipv6(skb, payload.offset()));
      default -> Verdict.NEXT;
    };
  }

  private static int filter4(SkBuff skb, Ipv4 ip) {
    if (BLOCKED4.get(new Prefix4(32, ip.source())) != null) {
      return done(skb, BLOCKED_SENDER, Verdict.DROP);
    }
    if (ip.isLaterFragment()) {
      return done(skb, PASSED, Verdict.NEXT);
    }
    return filterPort(skb, new Transport(ip.protocol(), ip.payload()));
  }

  private static int filter6(SkBuff skb, Ipv6 ip) {
    long high = ip.sourceHigh();
    long low = ip.sourceLow();
    Prefix6 sender =
        new Prefix6(128, (int) (high >>> 32), (int) high, (int) (low >>> 32), (int) low);
    if (BLOCKED6.get(sender) != null) {
      return done(skb, BLOCKED_SENDER, Verdict.DROP);
    }
    Transport transport = ip.transport();
    if (transport.protocol() < 0) {
      return done(skb, PASSED, Verdict.NEXT);
    }
    return filterPort(skb, transport);
  }

  private static int filterPort(SkBuff skb, Transport transport) {
    int port = transport.hasPorts() ? transport.destinationPort(skb) : 0;
    return OPEN.get(new Port(transport.protocol(), port)) == null
        ? done(skb, CLOSED_PORT, Verdict.DROP)
        : done(skb, PASSED, Verdict.NEXT);
  }

  private static int done(SkBuff skb, int what, int verdict) {
    Cell<Count> count = COUNTERS.cell(what);
    if (count != null) {
      count.add("packets", 1);
      count.add("bytes", skb.length());
    }
    return verdict;
  }
}
