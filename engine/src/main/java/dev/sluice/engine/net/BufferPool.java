package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/** Socket buffers to use again, so that a packet on its way allocates nothing. */
public final class BufferPool {
  private static final int CAPACITY = 256;

  private @Nullable SocketBuffer free;
  private long taken;
  private long given;

  /** A pool that makes buffers as they are needed. */
  public BufferPool() {}

  /** A buffer without a packet. */
  public SocketBuffer take() {
    taken++;
    SocketBuffer packet = free;
    if (packet == null) {
      return new SocketBuffer(CAPACITY);
    }
    free = packet.next;
    packet.next = null;
    return packet;
  }

  /** A copy of a packet, without its owner. */
  public SocketBuffer copy(SocketBuffer packet) {
    SocketBuffer copy = take();
    copy.copyFrom(packet);
    return copy;
  }

  /** Takes a buffer back; whoever gave it must not use it any more. */
  public void give(SocketBuffer packet) {
    release(packet);
    given++;
    packet.clear();
    packet.next = free;
    free = packet;
  }

  /** Tells a packet's owner, if it has one, that the packet left its host. */
  public static void release(SocketBuffer packet) {
    if (packet.owner instanceof PacketOwner owner) {
      packet.owner = null;
      owner.released(packet);
    }
  }

  /** Buffers that are out: packets on their way. */
  public long outstanding() {
    return taken - given;
  }
}
