package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;

/** A frame that a source sends, and what the socket buffer says beside it. */
public final class FlowFrame {
  private static final int ETHERNET = 14;

  private final byte[] bytes;
  private final int length;
  private final int segmentSize;
  private final int priority;
  private final int mark;
  private final int tag;

  private FlowFrame(byte[] bytes, int length, int segmentSize, int priority, int mark, int tag) {
    this.bytes = bytes;
    this.length = length;
    this.segmentSize = segmentSize;
    this.priority = priority;
    this.mark = mark;
    this.tag = tag;
  }

  /**
   * A frame.
   *
   * @param bytes its bytes from the Ethernet header, as far as they matter: payload that nobody
   *     reads may be left out
   * @param length its whole length in bytes, without check sequence
   */
  public static FlowFrame of(byte[] bytes, int length) {
    if (bytes.length < ETHERNET || length < bytes.length) {
      throw new IllegalArgumentException(
          "a frame of %d bytes must show at least its Ethernet header and no more than itself: %d"
              .formatted(length, bytes.length));
    }
    return new FlowFrame(bytes.clone(), length, 0, 0, 0, 0);
  }

  /** The same, standing for segments of so many bytes of payload each (GSO). */
  public FlowFrame segmented(int newSegmentSize) {
    return new FlowFrame(bytes, length, newSegmentSize, priority, mark, tag);
  }

  /** The same with a priority ({@code SO_PRIORITY}). */
  public FlowFrame withPriority(int newPriority) {
    return new FlowFrame(bytes, length, segmentSize, newPriority, mark, tag);
  }

  /** The same with a mark ({@code SO_MARK}). */
  public FlowFrame withMark(int newMark) {
    return new FlowFrame(bytes, length, segmentSize, priority, newMark, tag);
  }

  /** The same with a number by which its packets are known again. */
  public FlowFrame tagged(int newTag) {
    return new FlowFrame(bytes, length, segmentSize, priority, mark, newTag);
  }

  /** Its whole length in bytes. */
  public int length() {
    return length;
  }

  /** Puts the frame into a buffer. */
  void fill(SocketBuffer packet) {
    packet.fill(bytes, 0, bytes.length, length);
    packet.priority = priority;
    packet.mark = mark;
    packet.tag = tag;
    if (segmentSize > 0) {
      packet.segmentSize = segmentSize;
      int payload = length - WireLength.headers(packet);
      packet.segments = Math.max(1, Math.ceilDiv(payload, segmentSize));
    }
  }
}
