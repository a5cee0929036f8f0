/**
 * Network devices, and what makes a test network of them: addresses, routes and neighbours.
 *
 * <p>{@link dev.sluice.kernel.device.Devices} lists and makes them over rtnetlink, {@link
 * dev.sluice.kernel.device.DeviceState} is what the kernel tells of one, and {@link
 * dev.sluice.kernel.device.DeviceDescriptor} holds the wire layout.
 */
@NullMarked
package dev.sluice.kernel.device;

import org.jspecify.annotations.NullMarked;
