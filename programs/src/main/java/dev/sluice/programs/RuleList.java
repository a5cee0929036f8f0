package dev.sluice.programs;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Transport;
import dev.sluice.compiler.program.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * An access list of two hundred rules that is written out when the program is compiled: the first
 * that matches marks the packet and decides. There is no map to look at, and nothing to change
 * without a new program.
 */
public final class RuleList {
  private static final Rule[] RULES = read("access-list.txt");

  private RuleList() {}

  /**
   * A rule.
   *
   * @param protocol 6 TCP, 17 UDP
   * @param source the sender's network
   * @param destination the receiver's network
   * @param ports of the destination
   * @param mark what the packet is marked with
   * @param verdict what becomes of it
   */
  private record Rule(
      int protocol, Network source, Network destination, Ports ports, int mark, int verdict) {
    boolean matches(int packetProtocol, int from, int to, int port) {
      return packetProtocol == protocol
          && source.contains(from)
          && destination.contains(to)
          && ports.contain(port);
    }

    static Rule parse(String line) {
      String[] words = line.split(" ", -1);
      return new Rule(
          words[0].equals("tcp") ? Transport.TCP : Transport.UDP,
          Network.parse(words[1]),
          Network.parse(words[2]),
          Ports.parse(words[3]),
          Integer.parseInt(words[4]),
          words[5].equals("drop") ? Verdict.DROP : Verdict.NEXT);
    }
  }

  private record Network(int address, int mask) {
    boolean contains(int other) {
      return (other & mask) == address;
    }

    /** Reads {@code 10.1.0.0/16}. */
    static Network parse(String text) {
      String[] parts = text.split("[./]", -1);
      int address = 0;
      for (int i = 0; i < 4; i++) {
        address = address << 8 | Integer.parseInt(parts[i]);
      }
      return new Network(address, -1 << (32 - Integer.parseInt(parts[4])));
    }
  }

  private record Ports(int first, int last) {
    boolean contain(int port) {
      return port >= first && port <= last;
    }

    /** Reads {@code 53} or {@code 5060-5061}. */
    static Ports parse(String text) {
      String[] ends = text.split("-", -1);
      return new Ports(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }
  }

  private static Rule[] read(String resource) {
    try (InputStream in = RuleList.class.getResourceAsStream(resource)) {
      String text =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
      return text.lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(Rule::parse)
          .toArray(Rule[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    int destination = ip.destination();
    for (Rule rule : RULES) {
      if (rule.matches(transport.protocol(), source, destination, port)) {
        skb.mark(rule.mark());
        return rule.verdict();
      }
    }
    return Verdict.NEXT;
  }
}
