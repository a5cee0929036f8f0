/**
 * Netlink: how the kernel is asked about devices and traffic control, and told to change them.
 *
 * <p>A message is a header ({@link dev.sluice.kernel.netlink.NetlinkDescriptor}), a structure that
 * depends on its type, and attributes. {@link dev.sluice.kernel.netlink.MessageWriter} writes them
 * and {@link dev.sluice.kernel.netlink.MessageReader} with {@link
 * dev.sluice.kernel.netlink.Attributes} reads them; both check every bound, and bytes that are no
 * messages end in a {@link dev.sluice.kernel.netlink.NetlinkFormatException}.
 *
 * <p>{@link dev.sluice.kernel.netlink.NetlinkSocket} sends requests, pairs answers with them and
 * reads listings of any length in bounded memory. {@link dev.sluice.kernel.netlink.Rtnetlink} hands
 * out sockets of one network namespace. What the messages mean is the business of {@code
 * dev.sluice.kernel.tc} and {@code dev.sluice.kernel.device}.
 */
@NullMarked
package dev.sluice.kernel.netlink;

import org.jspecify.annotations.NullMarked;
