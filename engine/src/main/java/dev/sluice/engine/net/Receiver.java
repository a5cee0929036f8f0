package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;

/** Something on a host that packets are for. */
@FunctionalInterface
public interface Receiver {
  /**
   * Looks at a packet that has passed a device's ingress hooks. The packet stays the host's: what
   * is to be kept must be copied.
   *
   * @return whether the packet was for it, so that nobody else is asked
   */
  boolean receive(NetDevice device, SocketBuffer packet, long now);
}
