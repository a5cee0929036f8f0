package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;

/** Is told what becomes of packets. It may look at them while it is told, and not keep them. */
public interface PacketObserver {
  /** A host gives a packet to a device to send: it has not passed the egress hooks yet. */
  default void offered(NetDevice device, SocketBuffer packet, long now) {}

  /** A packet leaves by a device: it has passed hooks and queue. */
  default void transmitted(NetDevice device, SocketBuffer packet, long now) {}

  /** A packet arrives at a device: it has not passed the ingress hooks yet. */
  default void arrived(NetDevice device, SocketBuffer packet, long now) {}

  /** A packet has passed a device's ingress hooks and comes to its host. */
  default void delivered(NetDevice device, SocketBuffer packet, long now) {}

  /** A packet is dropped. */
  default void dropped(NetDevice device, SocketBuffer packet, DropPlace place, long now) {}
}
