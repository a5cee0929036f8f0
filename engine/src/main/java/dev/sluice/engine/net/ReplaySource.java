package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.packet.capture.CaptureException;
import dev.sluice.packet.capture.CaptureReader;
import dev.sluice.packet.capture.FrameConversion;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sends the packets of a capture, with the times between them kept, stretched or shortened, or as
 * fast as the device takes them. A capture of any length takes the same memory.
 */
public final class ReplaySource {
  private final NetDevice device;
  private final CaptureReader reader;
  private final FrameConversion frame = new FrameConversion();
  private final double speed;
  private final @Nullable SocketRoom room;
  private final ToIntFunction<SocketBuffer> tags;
  private final Runnable whenDone;
  private final Timer next;
  private long began;
  private long firstTimestamp = -1;
  private boolean waiting;
  private long sent;

  /**
   * A replay that is not started yet.
   *
   * @param device the device that its packets are given to
   * @param reader the capture, which stays the caller's to close
   * @param speed how many times as fast as it was captured; {@link Double#POSITIVE_INFINITY} for as
   *     fast as possible
   * @param sendBuffer bytes that may be under way on the host when it goes as fast as possible
   * @param tags gives each packet the number by which its flow is known
   * @param whenDone is run when the last packet has been given to the device
   */
  public ReplaySource(
      NetDevice device,
      CaptureReader reader,
      double speed,
      long sendBuffer,
      ToIntFunction<SocketBuffer> tags,
      Runnable whenDone) {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("a speed must be above 0: " + speed);
    }
    this.device = device;
    this.reader = reader;
    this.speed = speed;
    this.tags = tags;
    this.whenDone = whenDone;
    Timeline timeline = device.host().network().timeline();
    next =
        new Timer() {
          @Override
          protected void fire(long now) {
            sendDue(now);
          }
        };
    room =
        Double.isInfinite(speed)
            ? new SocketRoom(sendBuffer, () -> timeline.set(next, timeline.nanoseconds()))
            : null;
  }

  /**
   * Sends the first packet at a time, in nanoseconds of the timeline.
   *
   * @throws CaptureException if the capture's first packet cannot be read
   */
  public void start(long at) {
    began = at;
    readNext();
    if (waiting) {
      firstTimestamp = reader.timestamp();
      device.host().network().timeline().set(next, at);
    }
  }

  private void readNext() {
    waiting = reader.next();
    if (waiting) {
      frame.convert(reader);
    }
  }

  /** How many packets it has sent. */
  public long sent() {
    return sent;
  }

  /** When the first packet was captured, in nanoseconds since 1970; −1 if there is none. */
  public long firstTimestamp() {
    return firstTimestamp;
  }

  private void sendDue(long now) {
    while (waiting) {
      long due = due();
      if (due > now) {
        device.host().network().timeline().set(next, due);
        return;
      }
      if (room != null && !room.take(frame.originalLength())) {
        return;
      }
      SocketBuffer packet = device.host().network().buffers().take();
      packet.fill(frame.frame(), 0, frame.length(), frame.originalLength());
      packet.owner = room;
      packet.sentAt = now;
      packet.tag = tags.applyAsInt(packet);
      sent++;
      readNext();
      device.transmit(packet, now);
      if (!waiting) {
        whenDone.run();
      }
    }
  }

  /** Captures are not always in order: what comes too late goes at once. */
  private long due() {
    if (Double.isInfinite(speed)) {
      return 0;
    }
    return began + Math.round(Math.max(0, reader.timestamp() - firstTimestamp) / speed);
  }
}
