package dev.sluice.engine.filter;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.ActionSettings;
import dev.sluice.datapath.tc.ActionState;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.engine.chain.VerdictTable;
import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/** An action at work ({@code struct tc_action}). Filters that name its number share it. */
abstract class EngineAction {
  /**
   * What {@link #run} leaves when the packet itself went elsewhere: it is nobody's to touch any
   * more ({@code TC_ACT_CONSUMED}).
   */
  static final int CONSUMED = VerdictTable.TRAP + 1;

  /** Nanoseconds of a tick in which times are reported ({@code USER_HZ} 100). */
  private static final long TICK = 10_000_000;

  /** {@code TCA_ACT_FLAGS_NO_PERCPU_STATS}. */
  private static final int NO_PERCPU_STATISTICS = 1;

  /** {@code TCA_ACT_FLAGS_SKIP_HW}. */
  private static final int SKIP_HARDWARE = 2;

  /** {@code TCA_ACT_FLAGS_SKIP_SW}. */
  private static final int SKIP_SOFTWARE = 4;

  /** Kinds of hardware counters that are as good as nothing said ({@code TCA_ACT_HW_STATS_ANY}). */
  private static final int ANY_HARDWARE_STATISTICS = 3;

  private final int index;
  private final int control;
  private final long installedAt;
  private long usedAt;
  private long firstUsedAt = -1;
  private ActionSettings settings;
  private int flags;
  private int bindings;
  private long bytes;
  private long packets;

  /** Packets that it dropped. */
  long drops;

  /** Packets that it could not send on. */
  long overlimits;

  EngineAction(int index, int control, ActionSettings settings, long now) {
    this.index = index;
    this.control = control;
    this.settings = settings;
    installedAt = now;
    usedAt = now;
  }

  /** Its number among the actions of its kind, 1 or more. */
  final int index() {
    return index;
  }

  /** What is done with a packet once it has run. */
  final int control() {
    return control;
  }

  /** Whether it was made for a filter with other flags than these ({@code TCA_CLS_FLAGS_*}). */
  final boolean differsFrom(int filterFlags) {
    return (flags & ~flagsOf(filterFlags)) != 0;
  }

  private static int flagsOf(int filterFlags) {
    return ((filterFlags & Filter.SKIP_HARDWARE) == 0 ? 0 : SKIP_HARDWARE)
        | ((filterFlags & Filter.SKIP_SOFTWARE) == 0 ? 0 : SKIP_SOFTWARE);
  }

  /** Another filter uses it, which may have settings of its own for it. */
  final void bind(ActionSettings given, int filterFlags) {
    bindings++;
    flags |= flagsOf(filterFlags);
    Bytes cookie = given.cookie() == null ? settings.cookie() : given.cookie();
    settings =
        new ActionSettings(cookie, given.hardwareStatistics(), settings.withoutPerCpuStatistics());
  }

  /** A filter does not use it any more; whether none does. */
  final boolean unbind() {
    bindings--;
    return bindings == 0;
  }

  /**
   * Does it to a packet.
   *
   * @param atIngress whether the packet is arriving
   * @return the {@code TC_ACT_*} number of what happens next, or {@link #CONSUMED}
   */
  abstract int run(SocketBuffer packet, boolean atIngress, FilterScene scene);

  /** Counts a packet. The Ethernet header of one that is arriving does not count. */
  final void count(SocketBuffer packet, boolean atIngress, long now) {
    if (firstUsedAt < 0) {
      firstUsedAt = now;
    }
    usedAt = now;
    packets += Math.max(1, packet.segments);
    bytes += atIngress ? packet.length - NetworkHeader.ETHERNET : outgoingLength(packet);
  }

  private static int outgoingLength(SocketBuffer packet) {
    return packet.queueLength == 0 ? packet.length : packet.queueLength;
  }

  /** What it is, as listed. */
  abstract Action describe(FilterScene scene);

  /** What it was made with. */
  final ActionSettings settings() {
    return settings;
  }

  /** What is told beside what it is. */
  final ActionState state(int order, long now) {
    return new ActionState(
        order,
        bindings,
        bindings,
        (now - installedAt) / TICK,
        (now - usedAt) / TICK,
        firstUsedAt < 0 ? 0 : (now - firstUsedAt) / TICK,
        0,
        settings.cookie(),
        hardwareStatistics(),
        usedHardwareStatistics(),
        flags | (settings.withoutPerCpuStatistics() ? NO_PERCPU_STATISTICS : 0),
        0,
        new Statistics(bytes, packets, drops, overlimits, 0, 0, 0, null, null));
  }

  private @Nullable Integer hardwareStatistics() {
    Integer kinds = settings.hardwareStatistics();
    return kinds != null && kinds == ANY_HARDWARE_STATISTICS ? null : kinds;
  }

  private @Nullable Integer usedHardwareStatistics() {
    return null; // told of actions in hardware only
  }
}
