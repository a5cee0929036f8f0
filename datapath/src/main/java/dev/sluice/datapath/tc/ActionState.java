package dev.sluice.datapath.tc;

import dev.sluice.datapath.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel tells about an action beside its options. Times are in its clock ticks of 10 ms
 * ({@code USER_HZ}).
 *
 * @param order its place among the filter's actions, from 1
 * @param references how many hold it
 * @param bindings how many filters use it
 * @param installedTicks how long ago it was made
 * @param usedTicks how long ago a packet last ran it, or it was made
 * @param firstUsedTicks how long ago a packet first ran it; 0 for never
 * @param expiresTicks when it expires; 0 for never
 * @param cookie what its maker stored with it; null for nothing
 * @param hardwareStatistics the requested kinds of hardware counters as the kernel's bits; null
 *     where not told
 * @param usedHardwareStatistics the kinds in use; null where not told
 * @param flags {@code TCA_ACT_FLAGS}; 0 for none
 * @param inHardwareCount how many devices have it in hardware; null where not told
 * @param statistics its counters
 */
public record ActionState(
    int order,
    int references,
    int bindings,
    long installedTicks,
    long usedTicks,
    long firstUsedTicks,
    long expiresTicks,
    @Nullable Bytes cookie,
    @Nullable Integer hardwareStatistics,
    @Nullable Integer usedHardwareStatistics,
    int flags,
    @Nullable Integer inHardwareCount,
    Statistics statistics) {}
