/**
 * Classic filters and their actions.
 *
 * <p>{@link dev.sluice.engine.filter.FilterBlock} is what a qdisc, a class or a hook of clsact asks
 * about its packets, and where changes to its filters go. In it are lists of filters by priority:
 * of u32 filters, with their hash tables and the search through them, or of bpf filters, with a
 * loaded program or a classic one. A filter that matches runs its actions, mirred and gact, which
 * filters of a host may share by number.
 *
 * <p>{@link dev.sluice.engine.filter.FilterScene} is what filters need of the host around them,
 * {@link dev.sluice.engine.filter.Redirector} takes the packets that actions send elsewhere, and
 * {@link dev.sluice.engine.filter.ClassBinder} counts the filters that name a class.
 */
@NullMarked
package dev.sluice.engine.filter;

import org.jspecify.annotations.NullMarked;
