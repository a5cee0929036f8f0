/**
 * What each further program at a hook costs a packet.
 *
 * <p>{@link dev.sluice.bench.chain.ChainBenchmark} has the contestants of {@code Hook} take turns;
 * {@code Packets} puts real packets through them.
 */
@NullMarked
package dev.sluice.bench.chain;

import org.jspecify.annotations.NullMarked;
