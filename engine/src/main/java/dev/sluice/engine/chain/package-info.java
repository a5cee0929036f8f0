/**
 * Programs at hooks, and the links that own a place there.
 *
 * <p>{@link dev.sluice.engine.chain.OrderedHook} is a chain with the rules of {@code bpf_mprog}: of
 * TCX ({@link dev.sluice.engine.chain.TcxHook}), of netkit ({@link
 * dev.sluice.engine.chain.NetkitHook}), and with stricter rules of control groups ({@link
 * dev.sluice.engine.chain.GroupHook}). {@link dev.sluice.engine.chain.XdpHook} has one program.
 * Devices and groups have hooks and run packets through them. {@link
 * dev.sluice.engine.chain.EngineLink} owns an entry of one. {@link
 * dev.sluice.engine.chain.EngineChains} and {@link dev.sluice.engine.chain.EngineLinks} are what a
 * datapath shows of them. {@link dev.sluice.engine.chain.VerdictTable} says what the number that a
 * program returns means at each kind of hook.
 */
@NullMarked
package dev.sluice.engine.chain;

import org.jspecify.annotations.NullMarked;
