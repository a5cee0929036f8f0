/**
 * What every datapath must do, an area a class, written against {@code dev.sluice.datapath} alone.
 *
 * <p>The classes are abstract: a datapath's own test class has a nested class for each, with a
 * {@link dev.sluice.conformance.testbed.TestbedExtension} of its own. Where datapaths differ, the
 * kernel is right. Programs that are tested write their number to a {@link
 * dev.sluice.conformance.suite.Trace}, so a test sees both what became of a packet and who saw it;
 * {@link dev.sluice.conformance.suite.MprogModel} says in plain Java what a chain should do, and
 * {@link dev.sluice.conformance.suite.RandomChains} compares the two.
 *
 * <p>Nothing is timed and nothing sleeps: what must arrive is awaited for a bounded time, and what
 * must not is looked for once {@link dev.sluice.conformance.testbed.Testbed#settle} returns.
 */
@NullMarked
package dev.sluice.conformance.suite;

import org.jspecify.annotations.NullMarked;
