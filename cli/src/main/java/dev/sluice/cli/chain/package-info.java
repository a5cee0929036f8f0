/**
 * Chains of programs as people name and read them: {@link dev.sluice.cli.chain.ChainTarget} finds
 * an entry, {@link dev.sluice.cli.chain.ChainReader} reads a chain with its owners.
 *
 * <p>{@code sluice chain list} tells all hooks with what their programs can return, {@code sluice
 * chain watch} what changes there.
 */
@NullMarked
package dev.sluice.cli.chain;

import org.jspecify.annotations.NullMarked;
