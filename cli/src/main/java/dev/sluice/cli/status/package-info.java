/**
 * {@code sluice status}: everything that a packet meets at a device, in the order it meets it.
 *
 * <p>{@link dev.sluice.cli.status.StatusReader} looks, and {@link
 * dev.sluice.cli.status.DeviceStatus} is what was found at one device: its chains, the filters of
 * its clsact qdisc, and its root qdisc as a {@link dev.sluice.cli.status.QueueTree}.
 */
@NullMarked
package dev.sluice.cli.status;

import org.jspecify.annotations.NullMarked;
