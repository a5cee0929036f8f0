/**
 * Packets on their way, with what the kernel's socket buffer knows of them: the buffer itself
 * ({@link dev.sluice.engine.skb.SocketBuffer}), VLAN tags beside and in its bytes ({@link
 * dev.sluice.engine.skb.VlanTag}), and what its headers say of the flow ({@link
 * dev.sluice.engine.skb.FlowKeys}).
 */
@NullMarked
package dev.sluice.engine.skb;

import org.jspecify.annotations.NullMarked;
