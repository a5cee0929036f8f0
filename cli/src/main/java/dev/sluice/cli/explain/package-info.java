/**
 * {@code sluice explain}: one packet's way through a device, step by step, and who ended it.
 *
 * <p>{@link dev.sluice.cli.explain.Walk} goes from hook to hook. Programs run where they are
 * loaded, as test runs, each on what the one before left; filters of other kinds are asked in the
 * engine, which has a copy of them.
 */
@NullMarked
package dev.sluice.cli.explain;

import org.jspecify.annotations.NullMarked;
