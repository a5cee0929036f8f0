package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;

/** Who made a packet and wants to know when its host is done with it: a local sender. */
public interface PacketOwner {
  /**
   * The packet left the host or was dropped on it ({@code skb->destructor}); its room in the
   * sender's buffer is free again. The packet still holds what it held.
   */
  void released(SocketBuffer packet);
}
