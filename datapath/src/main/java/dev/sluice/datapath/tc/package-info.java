/**
 * Qdiscs, classes, filters and actions, and {@link dev.sluice.datapath.tc.TrafficControl}, which
 * lists and changes them.
 *
 * <p>{@link dev.sluice.datapath.tc.Qdisc}, {@link dev.sluice.datapath.tc.TrafficClass}, {@link
 * dev.sluice.datapath.tc.Filter} and {@link dev.sluice.datapath.tc.Action} are sealed: code that
 * encodes, prints or simulates them is an exhaustive switch elsewhere, and adding a kind breaks the
 * compile wherever it is not handled yet. What Sluice does not model is an {@code Unknown} with its
 * kind and raw attributes, so it still lists, prints and round-trips.
 *
 * <p>A wish is a {@link dev.sluice.datapath.tc.Change}; what is there is an entry ({@link
 * dev.sluice.datapath.tc.QdiscEntry}, {@link dev.sluice.datapath.tc.ClassEntry}, {@link
 * dev.sluice.datapath.tc.FilterEntry}) with its {@link dev.sluice.datapath.tc.Statistics}.
 */
@NullMarked
package dev.sluice.datapath.tc;

import org.jspecify.annotations.NullMarked;
