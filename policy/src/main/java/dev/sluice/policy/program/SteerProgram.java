package dev.sluice.policy.program;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Verdict;

/**
 * Sends what arrives at a device to the {@code ifb} whose queue it is to pass. It ends the chain,
 * so it goes behind {@link PolicyProgram}, which judges packets and gives them their classes first.
 */
public final class SteerProgram {
  /** The {@code ifb} of each device that has one, both by their index. */
  public static final Table<Integer, Integer> STEERED =
      Table.hash(Integer.class, Integer.class, 4_096);

  private SteerProgram() {}

  /**
   * For packets that arrive at a device. An {@code ifb} that somebody took away must not take the
   * device's packets with it: the kernel would drop what is redirected to it.
   */
  @BpfProgram(name = "sluice_steer", otherwise = Verdict.NEXT)
  public static int steer(SkBuff skb) {
    Integer ifb = STEERED.get(skb.ifindex());
    return ifb == null || skb.checkMtu(ifb) < 0 ? Verdict.NEXT : skb.redirect(ifb);
  }
}
