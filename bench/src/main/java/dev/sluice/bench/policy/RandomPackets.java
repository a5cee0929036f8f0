package dev.sluice.bench.policy;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.NetworkOrder;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Verdict;
import dev.sluice.policy.program.PolicyProgram;
import dev.sluice.policy.table.Addresses;
import dev.sluice.policy.table.Addresses.Address6;

/**
 * Programs that give a packet another sender and receiver each time they run, and then do what is
 * measured; {@link #nothing4} and {@link #nothing6} do no more than that.
 */
public final class RandomPackets {
  /** How many addresses there are to choose from. */
  static final int CHOICE = 1 << 16;

  private static final int SOURCE4 = 26;
  private static final int DESTINATION4 = 30;
  private static final int SOURCE6 = 22;
  private static final int DESTINATION6 = 38;

  /** Addresses of packets. */
  public static final Table<Integer, Integer> CHOICE4 = Table.array(Integer.class, CHOICE);

  /** Addresses of packets. */
  public static final Table<Integer, Address6> CHOICE6 = Table.array(Address6.class, CHOICE);

  /** The kernel's own table of prefixes. */
  public static final Table<Key4, Integer> TRIE4 = Table.prefixes(Key4.class, Integer.class, 1);

  /** The kernel's own table of prefixes. */
  public static final Table<Key6, Integer> TRIE6 = Table.prefixes(Key6.class, Integer.class, 1);

  private RandomPackets() {}

  /** A prefix, as the kernel's table takes it. */
  public record Key4(int length, @NetworkOrder int address) {}

  /** A prefix, in words of 32 bits so that nothing is between them. */
  public record Key6(
      int length,
      @NetworkOrder int first,
      @NetworkOrder int second,
      @NetworkOrder int third,
      @NetworkOrder int fourth) {
    static Key6 of(int length, long high, long low) {
      return new Key6(length, (int) (high >>> 32), (int) high, (int) (low >>> 32), (int) low);
    }
  }

  private static void draw4(SkBuff skb) {
    Integer from = CHOICE4.get(Kernel.random() & (CHOICE - 1));
    Integer to = CHOICE4.get(Kernel.random() & (CHOICE - 1));
    if (from != null && to != null) {
      skb.setU32(SOURCE4, from);
      skb.setU32(DESTINATION4, to);
    }
  }

  private static void draw6(SkBuff skb) {
    Address6 from = CHOICE6.get(Kernel.random() & (CHOICE - 1));
    Address6 to = CHOICE6.get(Kernel.random() & (CHOICE - 1));
    if (from != null && to != null) {
      skb.setU64(SOURCE6, from.high());
      skb.setU64(SOURCE6 + 8, from.low());
      skb.setU64(DESTINATION6, to.high());
      skb.setU64(DESTINATION6 + 8, to.low());
    }
  }

  /** Only the addresses. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int nothing4(SkBuff skb) {
    draw4(skb);
    return Verdict.NEXT;
  }

  /** Only the addresses. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int nothing6(SkBuff skb) {
    draw6(skb);
    return Verdict.NEXT;
  }

  /** The policy's whole program. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int policy4(SkBuff skb) {
    draw4(skb);
    return PolicyProgram.incoming(skb);
  }

  /** The policy's whole program. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int policy6(SkBuff skb) {
    draw6(skb);
    return PolicyProgram.incoming(skb);
  }

  /** Looks up both ends in the policy's table of prefixes. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int table4(SkBuff skb) {
    draw4(skb);
    skb.mark(Addresses.find4(skb.u32(SOURCE4)) + Addresses.find4(skb.u32(DESTINATION4)));
    return Verdict.NEXT;
  }

  /** Looks up both ends in the policy's table of prefixes. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int table6(SkBuff skb) {
    draw6(skb);
    skb.mark(
        Addresses.find6(skb.u64(SOURCE6), skb.u64(SOURCE6 + 8))
            + Addresses.find6(skb.u64(DESTINATION6), skb.u64(DESTINATION6 + 8)));
    return Verdict.NEXT;
  }

  /** Looks up both ends in the kernel's table of prefixes. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int trie4(SkBuff skb) {
    draw4(skb);
    Integer from = TRIE4.get(new Key4(32, skb.u32(SOURCE4)));
    Integer to = TRIE4.get(new Key4(32, skb.u32(DESTINATION4)));
    skb.mark((from == null ? 0 : from) + (to == null ? 0 : to));
    return Verdict.NEXT;
  }

  /** Looks up both ends in the kernel's table of prefixes. */
  @BpfProgram(otherwise = Verdict.DROP)
  public static int trie6(SkBuff skb) {
    draw6(skb);
    Integer from = TRIE6.get(Key6.of(128, skb.u64(SOURCE6), skb.u64(SOURCE6 + 8)));
    Integer to = TRIE6.get(Key6.of(128, skb.u64(DESTINATION6), skb.u64(DESTINATION6 + 8)));
    skb.mark((from == null ? 0 : from) + (to == null ? 0 : to));
    return Verdict.NEXT;
  }
}
