/**
 * What the conformance suite needs beside a {@link dev.sluice.datapath.Datapath}: two hosts with a
 * wire between them, frames to send over it, and a look at what arrived.
 *
 * <p>{@link dev.sluice.conformance.testbed.Testbed} is the part that each datapath brings; the
 * suite itself knows nothing of the kernel or the engine. {@link
 * dev.sluice.conformance.testbed.TestbedExtension} gives every test a new testbed, skips the test
 * with a reason where the datapath lacks what it {@linkplain dev.sluice.conformance.testbed.Needs
 * needs}, and fails it if it leaves anything open. {@link
 * dev.sluice.conformance.testbed.RunSummary} prints at the end how many tests ran.
 */
@NullMarked
package dev.sluice.conformance.testbed;

import org.jspecify.annotations.NullMarked;
