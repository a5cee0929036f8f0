/**
 * {@code sluice try}: runs a configuration on traffic in the engine, and reports what became of the
 * packets.
 *
 * <p>{@link dev.sluice.cli.simulation.TrafficFile} reads what is sent; {@link
 * dev.sluice.cli.simulation.Simulation} builds the hosts, configures them as {@code sluice tc}
 * would and runs; {@link dev.sluice.cli.simulation.Outcome} is what came of it, {@link
 * dev.sluice.cli.simulation.Observations} what stands out in it; the others print, draw and write
 * it.
 */
@NullMarked
package dev.sluice.cli.simulation;

import org.jspecify.annotations.NullMarked;
