package dev.sluice.policy.table;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Verdict;

/** Programs that look up an address. */
public final class Lookups {
  private Lookups() {}

  /** The mark becomes the value of the address behind the Ethernet header. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int find(SkBuff skb) {
    int value =
        skb.u16(12) == 4 ? Addresses.find4(skb.u32(14)) : Addresses.find6(skb.u64(14), skb.u64(22));
    skb.mark(value);
    return Verdict.NEXT;
  }
}
