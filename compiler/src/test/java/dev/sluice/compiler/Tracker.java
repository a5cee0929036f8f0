package dev.sluice.compiler;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.Events;
import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.NetworkOrder;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Verdict;

public final class Tracker {
  public record Flow(
      @NetworkOrder int source,
      @NetworkOrder int destination,
      short sourcePort,
      short destinationPort,
      byte protocol) {}

  public record Seen(long packets, long bytes, long last) {}

  public record Prefix(int length, @NetworkOrder int address) {}

  public record Sample(long time, int mark) {}

  static final Table<Flow, Seen> FLOWS = Table.lru(Flow.class, Seen.class, 1024);
  static final Table<Prefix, Integer> DENIED = Table.prefixes(Prefix.class, Integer.class, 256);
  static final Table<Integer, Long> COUNTS = Table.array(Long.class, 4);
  static final Events SAMPLES = Events.perf();

  private Tracker() {}

  @BpfProgram(otherwise = Verdict.NEXT)
  public static int track(SkBuff skb) {
    if (skb.u16(12) != 0x0800) {
      return Verdict.NEXT;
    }
    Integer denied = DENIED.get(new Prefix(32, skb.u32(26)));
    if (denied != null) {
      count(1);
      return denied;
    }
    int header = (skb.u8(14) & 0xf) * 4;
    Flow flow =
        new Flow(
            skb.u32(26),
            skb.u32(30),
            (short) skb.u16(14 + header),
            (short) skb.u16(16 + header),
            (byte) skb.u8(23));
    Cell<Seen> seen = FLOWS.cell(flow);
    long now = Kernel.nanoTime();
    if (seen == null) {
      FLOWS.put(flow, new Seen(1, skb.length(), now));
      SAMPLES.output(skb, new Sample(now, skb.mark()), 34);
    } else {
      seen.add("packets", 1);
      seen.add("bytes", skb.length());
      seen.set("last", now);
    }
    count(0);
    return Verdict.PASS;
  }

  private static void count(int which) {
    Cell<Long> counter = COUNTS.cell(which);
    if (counter != null) {
      counter.add(1);
    }
  }
}
