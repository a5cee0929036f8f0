package dev.sluice.programs;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.Ipv6;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Transport;
import dev.sluice.compiler.program.Verdict;

/**
 * Puts packets into a class of the device's qdisc by the port that they go to. HTB takes the class
 * from {@code skb->priority} if its upper half is the qdisc's own handle, so no filter is needed,
 * and the choice is made before the qdisc's lock is taken. Attach it to egress.
 */
public final class ClassMarker {
  /** Classes by destination port; class 1:10 is {@code 0x10010}. */
  public static final Table<Integer, Integer> CLASS_BY_PORT =
      Table.hash(Integer.class, Integer.class, 4_096);

  private ClassMarker() {}

  /** The program. */
  @BpfProgram(name = "set_class", otherwise = Verdict.NEXT)
  public static int mark(SkBuff skb) {
    Ethernet.Payload payload = new Ethernet(skb).payload();
    Transport transport;
    if (payload.type() == Ethernet.IPV4) {
      Ipv4 ip = new Ipv4(skb, payload.offset());
      if (ip.isLaterFragment()) {
        return Verdict.NEXT;
      }
      transport = new Transport(ip.protocol(), ip.payload());
    } else if (payload.type() == Ethernet.IPV6) {
      transport = new Ipv6(skb, payload.offset()).transport();
    } else {
      return Verdict.NEXT;
    }
    if (!transport.hasPorts()) {
      return Verdict.NEXT;
    }
    Integer chosen = CLASS_BY_PORT.get(transport.destinationPort(skb));
    if (chosen != null) {
      skb.priority(chosen);
    }
    return Verdict.NEXT;
  }
}
