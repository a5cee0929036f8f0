package dev.sluice.engine.sched;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.TrafficClass;

/**
 * A class as listed.
 *
 * @param id its name
 * @param parent the class above it, or {@link Handle#ROOT}
 * @param leaf the name of its discipline; 0 for one that nobody named, or none
 * @param trafficClass its kind and options
 * @param statistics its counters
 */
public record ClassView(
    Handle id, Handle parent, Handle leaf, TrafficClass trafficClass, Statistics statistics) {}
