/**
 * A chain of programs at the classic hook: filters at a clsact qdisc that behave like a TCX chain.
 *
 * <p>{@link dev.sluice.datapath.chain.classic.ClassicChains} makes them. They are built of nothing
 * but the listings and changes of {@link dev.sluice.datapath.tc.TrafficControl}, so that every
 * datapath has them, and the same.
 */
@NullMarked
package dev.sluice.datapath.chain.classic;

import org.jspecify.annotations.NullMarked;
