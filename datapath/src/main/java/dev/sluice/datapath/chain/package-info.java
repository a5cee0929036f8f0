/**
 * Attach points, the ordered chains of programs at them, and the links that own a place in one.
 *
 * <p>The rules are those of {@code kernel/bpf/mprog.c} and {@code kernel/bpf/tcx.c}: a chain holds
 * up to 63 programs and counts a revision, and {@link dev.sluice.datapath.chain.Anchor} says where
 * a new one goes. A program attached through a {@link dev.sluice.datapath.chain.Link} stays until
 * the link's last reference is gone, and only the link's holder can take it out. {@link
 * dev.sluice.datapath.chain.ChainRules} says in words which rule a refusal is about.
 */
@NullMarked
package dev.sluice.datapath.chain;

import org.jspecify.annotations.NullMarked;
