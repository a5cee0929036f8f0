package dev.sluice.kernel.tc;

import dev.sluice.datapath.tc.Statistics;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.tc.TcDescriptor.HtbLayout;
import dev.sluice.kernel.tc.TcDescriptor.StatsLayout;
import org.jspecify.annotations.Nullable;

/** Counters as {@code TCA_STATS2}, and as {@code TCA_STATS} where that is all there is. */
final class StatisticsCodec {
  private StatisticsCodec() {}

  /** Whose the counters of {@code TCA_STATS_APP} are. */
  enum Owner {
    /** A qdisc or an action. */
    OTHER,
    /** An HTB class. */
    HTB_CLASS
  }

  /**
   * Reads counters.
   *
   * @param in stands before the first attribute of {@code TCA_STATS2}
   * @param owner whose they are
   * @param own counters of the kind that are told elsewhere; null for none
   */
  static Statistics read(Attributes in, Owner owner, Statistics.@Nullable Own own) {
    long bytes = 0;
    long packets = 0;
    boolean longPackets = false;
    long drops = 0;
    long overlimits = 0;
    long requeues = 0;
    long queueLength = 0;
    long backlog = 0;
    Statistics.Estimate estimate = null;
    boolean longEstimate = false;
    Statistics.Own found = own;
    boolean told = own != null;
    while (in.next()) {
      told = true;
      switch (in.type()) {
        case StatsLayout.BASIC -> {
          bytes = in.s64(StatsLayout.BASIC_BYTES);
          packets = longPackets ? packets : in.u32(StatsLayout.BASIC_PACKETS);
        }
        case StatsLayout.PKT64 -> {
          packets = in.s64(0);
          longPackets = true;
        }
        case StatsLayout.QUEUE -> {
          queueLength = in.u32(StatsLayout.QUEUE_LENGTH);
          backlog = in.u32(StatsLayout.QUEUE_BACKLOG);
          drops = in.u32(StatsLayout.QUEUE_DROPS);
          requeues = in.u32(StatsLayout.QUEUE_REQUEUES);
          overlimits = in.u32(StatsLayout.QUEUE_OVERLIMITS);
        }
        case StatsLayout.RATE_EST -> {
          if (!longEstimate) {
            estimate = new Statistics.Estimate(in.u32(0), in.u32(Integer.BYTES));
          }
        }
        case StatsLayout.RATE_EST64 -> {
          estimate = new Statistics.Estimate(in.s64(0), in.s64(Long.BYTES));
          longEstimate = true;
        }
        case StatsLayout.APP ->
            found =
                switch (owner) {
                  case HTB_CLASS -> htbClass(in);
                  case OTHER -> new Statistics.Other(in.bytes());
                };
        default -> {}
      }
    }
    if (!told) {
      return Statistics.ZERO; // the classes of a TBF, for one, have no counters
    }
    return new Statistics(
        bytes, packets, drops, overlimits, requeues, queueLength, backlog, estimate, found);
  }

  private static Statistics.Own htbClass(Attributes in) {
    return new Statistics.HtbClass(
        in.u32(HtbLayout.LENDS),
        in.u32(HtbLayout.BORROWS),
        in.u32(HtbLayout.GIANTS),
        in.s32(HtbLayout.TOKENS),
        in.s32(HtbLayout.CEIL_TOKENS));
  }

  /** Reads {@code struct tc_stats}, at whose attribute {@code in} stands. */
  static Statistics readLegacy(Attributes in, Statistics.@Nullable Own own) {
    return new Statistics(
        in.s64(StatsLayout.LEGACY_BYTES),
        in.u32(StatsLayout.LEGACY_PACKETS),
        in.u32(StatsLayout.LEGACY_DROPS),
        in.u32(StatsLayout.LEGACY_OVERLIMITS),
        0,
        in.u32(StatsLayout.LEGACY_QUEUE_LENGTH),
        in.u32(StatsLayout.LEGACY_BACKLOG),
        null,
        own);
  }
}
