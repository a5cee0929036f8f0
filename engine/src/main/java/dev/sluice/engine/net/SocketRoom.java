package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;

/**
 * The send buffer of a local socket ({@code sk_sndbuf}): packets that its host has not sent yet
 * take room in it, and a sender waits while there is none. So a queue of the host's own traffic
 * does not overflow as long as it holds what all sockets may have under way: back-pressure.
 */
final class SocketRoom implements PacketOwner {
  /** What the kernel counts for a packet beside its bytes, about ({@code SKB_TRUESIZE}). */
  private static final int OVERHEAD = 512;

  private final long bytes;
  private final Runnable whenRoom;
  private long used;
  private boolean waiting;

  SocketRoom(long bytes, Runnable whenRoom) {
    this.bytes = bytes;
    this.whenRoom = whenRoom;
  }

  /** Takes room for a packet, or has the sender told when there is room again. */
  boolean take(int length) {
    // As the kernel: a packet may go over the end, if there was any room before.
    if (used >= bytes) {
      waiting = true;
      return false;
    }
    used += length + OVERHEAD;
    return true;
  }

  @Override
  public void released(SocketBuffer packet) {
    used -= packet.length + OVERHEAD;
    if (waiting && used < bytes) {
      waiting = false;
      whenRoom.run();
    }
  }
}
