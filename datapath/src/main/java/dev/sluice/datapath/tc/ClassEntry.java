package dev.sluice.datapath.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;

/**
 * A class that is there.
 *
 * @param device its device
 * @param id its name
 * @param parent the class above it, or {@link Handle#ROOT}
 * @param leaf the qdisc that queues its packets; {@link Handle#UNSPECIFIED} where the kernel told
 *     none
 * @param trafficClass its kind and options
 * @param statistics its counters
 */
public record ClassEntry(
    Device device,
    Handle id,
    Handle parent,
    Handle leaf,
    TrafficClass trafficClass,
    Statistics statistics) {}
