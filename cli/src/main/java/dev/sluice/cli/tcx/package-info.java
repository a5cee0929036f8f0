/**
 * {@code sluice tcx}: programs in the ordered chains of devices.
 *
 * <p>A command ends, and a link with it, so {@link dev.sluice.cli.tcx.TcxAttachCommand} pins the
 * link where {@link dev.sluice.cli.PinLayout} says. That is also how Sluice later tells its own
 * links from those of others, which it never touches. {@link dev.sluice.cli.tcx.ChainListing} is a
 * chain with everything that is known of it; {@link dev.sluice.cli.tcx.ChainTarget} is how a person
 * names one entry.
 */
@NullMarked
package dev.sluice.cli.tcx;

import org.jspecify.annotations.NullMarked;
