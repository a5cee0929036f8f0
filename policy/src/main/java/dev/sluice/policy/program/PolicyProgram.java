package dev.sluice.policy.program;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.Ipv6;
import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Transport;
import dev.sluice.compiler.program.Verdict;
import dev.sluice.policy.program.Tables.Count;
import dev.sluice.policy.program.Tables.Decision;
import dev.sluice.policy.program.Tables.Hook;
import dev.sluice.policy.program.Tables.Packet;
import dev.sluice.policy.program.Tables.Parts;
import dev.sluice.policy.program.Tables.Pattern;
import dev.sluice.policy.program.Tables.Tasks;
import dev.sluice.policy.table.Addresses;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What policies say of a packet, at a device: parse once, who is at both ends, may they talk, is it
 * blocked, held to a rate, of which class, sampled. What passes goes on to the next program.
 *
 * <p>Each device judges the whole of what a policy says of a packet's ends, not only that of its
 * own workload. So while devices get a new version of the policy one after the other, a packet
 * passes only if some version as a whole lets it pass.
 */
public final class PolicyProgram {
  private PolicyProgram() {}

  /** For packets that arrive at a device. */
  @BpfProgram(name = "sluice_in", otherwise = Verdict.DROP)
  public static int incoming(SkBuff skb) {
    Hook hook = Tables.HOOKS.get(Tables.hook(skb.ifindex(), false));
    return hook == null ? Verdict.NEXT : judge(skb, hook);
  }

  /** For packets that leave by a device. */
  @BpfProgram(name = "sluice_out", otherwise = Verdict.DROP)
  public static int outgoing(SkBuff skb) {
    Hook hook = Tables.HOOKS.get(Tables.hook(skb.ifindex(), true));
    return hook == null ? Verdict.NEXT : judge(skb, hook);
  }

  /**
   * The classes that the programs are made of, but for records: to tell one version from another.
   */
  public static List<Class<?>> parts() {
    return List.of(
        PolicyProgram.class,
        AccessCheck.class,
        RateLimit.class,
        Samples.class,
        Segment.class,
        Services.class,
        Ends.class,
        Tables.class,
        Addresses.class);
  }

  private static int judge(SkBuff skb, Hook hook) {
    if (hook.defaultClass() != 0) {
      skb.priority(hook.defaultClass());
    }
    Ethernet.Payload payload = new Ethernet(skb).payload();
    Ends ends;
    int from;
    int to;
    Transport transport;
    int dscp;
    if (payload.type() == Ethernet.IPV4) {
      Ipv4 ip = new Ipv4(skb, payload.offset());
      ends = Ends.four(ip.source(), ip.destination());
      from = Addresses.find4(ip.source());
      to = Addresses.find4(ip.destination());
      dscp = ip.typeOfService() >>> 2;
      int protocol = ip.isLaterFragment() ? Segment.NO_PORTS : ip.protocol();
      transport = new Transport(protocol, ip.payload());
    } else if (payload.type() == Ethernet.IPV6) {
      Ipv6 ip = new Ipv6(skb, payload.offset());
      ends = new Ends(ip.sourceHigh(), ip.sourceLow(), ip.destinationHigh(), ip.destinationLow());
      // Before the other headers: else the verifier follows the lookups for each place behind them.
      from = Addresses.find6(ends.fromHigh(), ends.fromLow());
      to = Addresses.find6(ends.toHigh(), ends.toLow());
      dscp = skb.u16(payload.offset()) >>> 6 & 0x3f;
      transport = ip.transport();
    } else {
      return Verdict.NEXT;
    }
    Segment segment = Segment.of(skb, transport);
    int verdict = Verdict.NEXT;
    if ((hook.tasks() & Tasks.ACCESS) != 0
        && !AccessCheck.passes(skb, hook, ends, segment, transport.offset(), from, to)) {
      count(hook.refused(), skb.length());
      verdict = Verdict.DROP;
    }
    return hook.scope() == 0
        ? verdict
        : rule(skb, hook.scope(), ends, segment, from, to, dscp, verdict);
  }

  private static int rule(
      SkBuff skb, int scope, Ends ends, Segment segment, int from, int to, int dscp, int verdict) {
    int service = serviceOf(segment.protocol(), segment.servicePort());
    int senderPort = senderPort(segment.protocol(), segment.fromPort());
    Decision decision = decide(skb, scope, from, to, service, senderPort, dscp);
    int result = verdict;
    if (result == Verdict.NEXT && decision.block() != 0) {
      count(decision.block(), skb.length());
      result = Verdict.DROP;
    }
    if (result == Verdict.NEXT
        && decision.limit() != 0
        && !RateLimit.passes(skb, decision.limit(), ends)) {
      result = Verdict.DROP;
    }
    if (result == Verdict.NEXT && decision.share() != 0) {
      Integer chosen = Tables.CLASSES.get(decision.share());
      if (chosen != null) {
        skb.priority(chosen);
      }
      count(decision.share(), skb.length());
    }
    if (decision.sample() != 0) {
      Samples.take(skb, decision.sample(), result);
    }
    return result;
  }

  /** What the rules of a scope say, each purpose the first that fits. */
  private static Decision decide(
      SkBuff skb, int scope, int from, int to, int service, int senderPort, int dscp) {
    Decision best = new Decision(0, 0, 0, 0);
    for (int i = 0; i < Tables.PATTERNS_OF_SCOPE; i++) {
      int place = scope * Tables.PATTERNS_OF_SCOPE + i;
      Pattern pattern = Tables.PATTERNS.get(place);
      if (pattern == null || pattern.parts() == 0) {
        break;
      }
      int parts = pattern.parts();
      Packet packet =
          new Packet(
              place,
              from | anyUnless(parts >>> Parts.FROM),
              to | anyUnless(parts >>> Parts.TO),
              service | anyUnless(parts >>> Parts.SERVICE),
              senderPort | anyUnless(parts >>> Parts.SENDER_PORT),
              dscp | anyUnless(parts >>> Parts.DSCP),
              skb.mark() & pattern.mark());
      Decision found = Tables.DECISIONS.get(packet);
      if (found != null) {
        best = best.earliest(found);
      }
    }
    return best;
  }

  /**
   * {@link Tables#ANY}, which a number takes on, unless the lowest bit is set; without a branch.
   */
  private static int anyUnless(int bit) {
    return (bit & 1) - 1;
  }

  /** The number of a service. */
  static int serviceOf(int protocol, int port) {
    int place = Services.place(protocol);
    if (place == Services.PROTOCOLS) {
      return 0;
    }
    return number(Tables.SERVICES.get(place * (Services.PORTS / 4) + (port >>> 2)), port);
  }

  private static int senderPort(int protocol, int port) {
    if (!Services.hasPorts(protocol)) {
      return 0;
    }
    int place = Services.place(protocol);
    return number(Tables.SENDER_PORTS.get(place * (Services.PORTS / 4) + (port >>> 2)), port);
  }

  private static int number(@Nullable Long four, int port) {
    return four == null ? 0 : (int) (four >>> ((port & 3) * 16)) & 0xffff;
  }

  /** Counts a packet. */
  static void count(int rule, int bytes) {
    Cell<Count> count = Tables.COUNTS.cell(rule);
    if (count != null) {
      count.add("packets", 1);
      count.add("bytes", bytes);
    }
  }

  /** The time; kept here so that a packet is judged at one moment. */
  static long now() {
    return Kernel.nanoTime();
  }
}
