package dev.sluice.engine.sched;

import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/** Packets in a row, linked by themselves ({@code struct qdisc_skb_head}). */
final class PacketQueue {
  private @Nullable SocketBuffer first;
  private @Nullable SocketBuffer last;
  private int length;
  private long bytes;

  int length() {
    return length;
  }

  long bytes() {
    return bytes;
  }

  void add(SocketBuffer packet) {
    packet.next = null;
    if (last == null) {
      first = packet;
    } else {
      last.next = packet;
    }
    last = packet;
    length++;
    bytes += packet.queueLength;
  }

  @Nullable SocketBuffer peek() {
    return first;
  }

  @Nullable SocketBuffer remove() {
    SocketBuffer packet = first;
    if (packet != null) {
      first = packet.next;
      if (first == null) {
        last = null;
      }
      packet.next = null;
      length--;
      bytes -= packet.queueLength;
    }
    return packet;
  }

  /** Hands over all packets, as those that are dropped with their discipline. */
  void clear(QueueDiscipline of) {
    for (SocketBuffer packet = remove(); packet != null; packet = remove()) {
      of.host.drop(packet, of, of.handle());
    }
  }
}
