package dev.sluice.datapath.tc;

import dev.sluice.datapath.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The counters of a qdisc, class or action ({@code TCA_STATS2}).
 *
 * @param bytes bytes sent
 * @param packets packets sent
 * @param drops packets dropped
 * @param overlimits times a limit was reached
 * @param requeues packets put back because the device could not take them
 * @param queueLength packets waiting
 * @param backlog bytes waiting
 * @param estimate the kernel's own rate estimate; null where none was asked for
 * @param own counters that only this kind has; null for none
 */
public record Statistics(
    long bytes,
    long packets,
    long drops,
    long overlimits,
    long requeues,
    long queueLength,
    long backlog,
    @Nullable Estimate estimate,
    @Nullable Own own) {
  /** Nothing counted, or, for what has no counters at all, this very object. */
  public static final Statistics ZERO = new Statistics(0, 0, 0, 0, 0, 0, 0, null, null);

  /**
   * A rate estimate.
   *
   * @param bytesPerSecond bytes per second
   * @param packetsPerSecond packets per second
   */
  public record Estimate(long bytesPerSecond, long packetsPerSecond) {}

  /** Counters that only one kind has. */
  public sealed interface Own permits HtbQdisc, HtbClass, Other {}

  /**
   * Of an HTB qdisc.
   *
   * @param directPackets packets that went out unshaped, without a class
   */
  public record HtbQdisc(long directPackets) implements Own {}

  /**
   * Of an HTB class ({@code struct tc_htb_xstats}).
   *
   * @param lends packets that the class's own rate paid for
   * @param borrows packets that an ancestor's rate paid for
   * @param giants packets longer than the rate table, always 0 in today's kernels
   * @param tokens what is left at the guaranteed rate, in psched ticks; negative when overdrawn
   * @param ceilTokens what is left at the ceiling, likewise
   */
  public record HtbClass(long lends, long borrows, long giants, int tokens, int ceilTokens)
      implements Own {}

  /**
   * Of a kind that Sluice does not model.
   *
   * @param bytes the payload of its {@code TCA_STATS_APP}
   */
  public record Other(Bytes bytes) implements Own {}
}
