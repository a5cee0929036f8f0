/**
 * Chains of programs as people name and read them: {@link dev.sluice.cli.chain.ChainTarget} finds
 * an entry, {@link dev.sluice.cli.chain.ChainReader} reads a chain with its owners.
 */
@NullMarked
package dev.sluice.cli.chain;

import org.jspecify.annotations.NullMarked;
