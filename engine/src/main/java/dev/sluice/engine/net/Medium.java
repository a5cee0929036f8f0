package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/** What a device sends into. */
interface Medium {
  /** Whether it takes a packet now. If not, it has its device run the queue when it does again. */
  boolean isFree();

  /** Takes a packet over. */
  void send(SocketBuffer packet, long now);

  /** The device at the other end; null if there is none. */
  @Nullable NetDevice peer();

  /** Ends it, and the device at its other end if there is one; what is on its way is lost. */
  void close();
}
