/**
 * Chains of programs at hooks, and the links that own a place in one.
 *
 * <p>{@link dev.sluice.engine.chain.TcxHook} is the chain of a device in one direction, with the
 * rules of {@code bpf_mprog}: devices have two and run packets through them. {@link
 * dev.sluice.engine.chain.EngineLink} owns an entry of one. {@link
 * dev.sluice.engine.chain.EngineChains} and {@link dev.sluice.engine.chain.EngineLinks} are what a
 * datapath shows of them. {@link dev.sluice.engine.chain.VerdictTable} says what the number that a
 * program returns means at each kind of hook.
 */
@NullMarked
package dev.sluice.engine.chain;

import org.jspecify.annotations.NullMarked;
