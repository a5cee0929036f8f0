package dev.sluice.programs;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Transport;
import dev.sluice.compiler.program.Verdict;

/**
 * Two hundred rules that are written out when the program is compiled: the first that matches
 * decides. There is no map to look at, and nothing to change without a new program.
 */
public final class RuleList {
  private static final int COUNT = 200;
  private static final int PORTS = 40;
  private static final Rule[] RULES = rules();

  private RuleList() {}

  /**
   * A rule.
   *
   * @param protocol 6 TCP, 17 UDP
   * @param port the destination port
   * @param network the sender's network, 16 bits
   * @param mark what the packet is marked with
   * @param verdict what becomes of it
   */
  private record Rule(int protocol, int port, int network, int mark, int verdict) {
    boolean matches(int packetProtocol, int packetPort, int source) {
      return packetPort == port && packetProtocol == protocol && source >>> 16 == network;
    }
  }

  private static Rule[] rules() {
    Rule[] rules = new Rule[COUNT];
    for (int i = 0; i < COUNT; i++) {
      int protocol = i % 2 == 0 ? Transport.TCP : Transport.UDP;
      int verdict = i % 5 == 0 ? Verdict.DROP : Verdict.NEXT;
      rules[i] = new Rule(protocol, 1_000 + 7 * (i % PORTS), 0x0a00 + i / PORTS, i + 1, verdict);
    }
    return rules;
  }

  /** The program. */
  @BpfProgram(name = "rules", otherwise = Verdict.NEXT)
  public static int decide(SkBuff skb) {
    if (skb.u16(12) != Ethernet.IPV4) {
      return Verdict.NEXT;
    }
    Ipv4 ip = new Ipv4(skb, 14);
    Transport transport = new Transport(ip.protocol(), ip.payload());
    if (!transport.hasPorts()) {
      return Verdict.NEXT;
    }
    int port = transport.destinationPort(skb);
    int source = ip.source();
    for (Rule rule : RULES) {
      if (rule.matches(transport.protocol(), port, source)) {
        skb.mark(rule.mark());
        return rule.verdict();
      }
    }
    return Verdict.NEXT;
  }
}
