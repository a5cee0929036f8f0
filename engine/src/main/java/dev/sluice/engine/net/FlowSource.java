package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Sends one and the same frame again and again. */
public final class FlowSource {
  private final NetDevice device;
  private final FlowFrame frame;
  private final FlowPacing pacing;
  private final SplittableRandom random;
  private final @Nullable SocketRoom room;
  private final long packets;
  private final long until;
  private final Timer next;
  private long began;
  private long sent;

  /**
   * A source that is not started yet.
   *
   * @param device the device that its packets are given to
   * @param frame what it sends
   * @param pacing when it sends
   * @param sendBuffer bytes that a local sender may have under way on its host before it waits; 0
   *     for packets that another host made and this one forwards, which nothing holds up
   * @param packets how many packets it sends at most
   * @param until when it ends, in nanoseconds of the timeline
   * @param seed what its chance follows from
   */
  public FlowSource(
      NetDevice device,
      FlowFrame frame,
      FlowPacing pacing,
      long sendBuffer,
      long packets,
      long until,
      long seed) {
    this.device = device;
    this.frame = frame;
    this.pacing = pacing;
    this.packets = packets;
    this.until = until;
    random = new SplittableRandom(seed);
    Timeline timeline = device.host().network().timeline();
    next =
        new Timer() {
          @Override
          protected void fire(long now) {
            send(now);
          }
        };
    room =
        sendBuffer == 0
            ? null
            : new SocketRoom(sendBuffer, () -> timeline.set(next, timeline.nanoseconds()));
  }

  /** Sends the first packet at a time, in nanoseconds of the timeline. */
  public void start(long at) {
    began = at;
    device.host().network().timeline().set(next, at);
  }

  /** How many packets it has sent. */
  public long sent() {
    return sent;
  }

  private void send(long now) {
    if (sent >= packets || now >= until) {
      return;
    }
    if (room != null && !room.take(frame.length())) {
      return;
    }
    Network network = device.host().network();
    network.timeline().set(next, now + pacing.gap(now - began, random));
    SocketBuffer packet = network.buffers().take();
    frame.fill(packet);
    packet.owner = room;
    packet.sentAt = now;
    sent++;
    device.transmit(packet, now);
  }
}
