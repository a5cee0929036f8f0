package dev.sluice.engine.sched;

import dev.sluice.datapath.Handle;
import dev.sluice.engine.skb.SocketBuffer;

/** Takes the packets that qdiscs drop. */
@FunctionalInterface
public interface DropSink {
  /**
   * Takes a packet over.
   *
   * @param packet the packet
   * @param by the qdisc that dropped it
   * @param at the class it was for, or the qdisc itself
   */
  void drop(SocketBuffer packet, QueueDiscipline by, Handle at);
}
