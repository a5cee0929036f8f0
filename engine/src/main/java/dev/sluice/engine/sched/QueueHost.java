package dev.sluice.engine.sched;

import dev.sluice.datapath.Handle;
import dev.sluice.engine.skb.SocketBuffer;

/** What a discipline needs of the device that it is at. */
public interface QueueHost {
  /** The device's transmit queue length, in packets. */
  int transmitQueueLength();

  /** The device's largest frame, in bytes: its MTU and the Ethernet header ({@code psched_mtu}). */
  int frameSize();

  /** Nanoseconds of the machine's clock. */
  long now();

  /**
   * Takes over a packet that is dropped.
   *
   * @param by the discipline that dropped it
   * @param at the class it was for, or the discipline itself
   */
  void drop(SocketBuffer packet, QueueDiscipline by, Handle at);

  /**
   * Cuts a packet into the segments that it stands for ({@code skb_gso_segment}).
   *
   * @return the first of them, each linked to the next; the packet is not to be used any more
   */
  SocketBuffer segment(SocketBuffer packet);

  /** Bytes on the wire of the longest segment that a packet stands for. */
  int segmentLength(SocketBuffer packet);

  /** Packets can leave that could not before: the device is to ask for them soon. */
  void wake();
}
