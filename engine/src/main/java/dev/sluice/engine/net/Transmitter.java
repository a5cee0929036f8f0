package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a wire: takes a packet at a time, for as long as its bytes take at the wire's
 * rate, and hands it over at the other end after the delay. The driver's ring is thus one packet
 * long: what waits, waits in the qdisc, as with the kernel's byte queue limits at their best.
 */
final class Transmitter implements Medium {
  private static final long NANOSECONDS = 1_000_000_000L;

  private final Timeline timeline;
  private final NetDevice from;
  private final NetDevice to;
  private final long bytesPerSecond;
  private final long delay;
  private @Nullable SocketBuffer first;
  private @Nullable SocketBuffer last;
  private boolean closed;

  private final Timer free =
      new Timer() {
        @Override
        protected void fire(long now) {
          from.runQueue(now);
        }
      };

  private final Timer arrival =
      new Timer() {
        @Override
        protected void fire(long now) {
          deliver(now);
        }
      };

  Transmitter(Timeline timeline, NetDevice from, NetDevice to, WireSpec spec) {
    this.timeline = timeline;
    this.from = from;
    this.to = to;
    bytesPerSecond = spec.rate() == null ? 0 : spec.rate().bytesPerSecond();
    delay = spec.delayNanoseconds();
  }

  @Override
  public boolean isFree() {
    return !free.isSet();
  }

  @Override
  public NetDevice peer() {
    return to;
  }

  @Override
  public void send(SocketBuffer packet, long now) {
    if (closed) {
      from.host().network().buffers().give(packet);
      return;
    }
    long serialised = now;
    if (bytesPerSecond > 0) {
      serialised += Math.ceilDiv(packet.queueLength * NANOSECONDS, bytesPerSecond);
      timeline.set(free, serialised);
    }
    packet.arrivesAt = serialised + delay;
    packet.next = null;
    if (last == null) {
      first = packet;
      timeline.set(arrival, packet.arrivesAt);
    } else {
      last.next = packet;
    }
    last = packet;
    // Last: the owner may send more.
    BufferPool.release(packet);
  }

  private void deliver(long now) {
    while (first != null && first.arrivesAt <= now) {
      SocketBuffer packet = first;
      first = packet.next;
      if (first == null) {
        last = null;
      }
      packet.next = null;
      to.receive(packet, now);
    }
    if (first != null) {
      timeline.set(arrival, first.arrivesAt);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    timeline.cancel(free);
    timeline.cancel(arrival);
    while (first != null) {
      SocketBuffer packet = first;
      first = packet.next;
      packet.next = null;
      from.host().network().buffers().give(packet);
    }
    last = null;
    to.host().removeDevice(to);
  }
}
