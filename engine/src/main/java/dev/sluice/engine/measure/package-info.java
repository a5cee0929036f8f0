/**
 * Counts and times what becomes of packets in a network: {@link dev.sluice.engine.measure.Meter}
 * watches, {@link dev.sluice.engine.measure.Traffic} is what it knows of one flow, class or device.
 *
 * <p>Measuring allocates nothing per packet and takes the same memory for ten packets or ten
 * million: delays go into histograms of fixed precision, and rates over time into a fixed number of
 * intervals that grow longer with the run.
 */
@NullMarked
package dev.sluice.engine.measure;

import org.jspecify.annotations.NullMarked;
