package dev.sluice.policy.table;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Verdict;

/** Programs that look up an address. */
public final class Lookups {
  /** How often each value was seen, of those below 8. */
  public static final Table<Integer, Long> SEEN = Table.array(Long.class, 8);

  private Lookups() {}

  /** Counts what is found of the address behind the Ethernet header. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int watch(SkBuff skb) {
    int value =
        skb.u16(12) == 4 ? Addresses.find4(skb.u32(14)) : Addresses.find6(skb.u64(14), skb.u64(22));
    Cell<Long> count = SEEN.cell(value > 7 ? 7 : value);
    if (count != null) {
      count.add(1);
    }
    return Verdict.NEXT;
  }

  /** The mark becomes the value of the address behind the Ethernet header. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int find(SkBuff skb) {
    int value =
        skb.u16(12) == 4 ? Addresses.find4(skb.u32(14)) : Addresses.find6(skb.u64(14), skb.u64(22));
    skb.mark(value);
    return Verdict.NEXT;
  }
}
