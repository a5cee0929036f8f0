package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a packet into the segments it stands for ({@code skb_gso_segment}): each has the headers,
 * its share of the payload, and in them its own length, and for TCP its own sequence number.
 * Checksums are left as hardware would fill them in: they are not computed.
 */
final class Segmentation {
  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int TCP = 6;

  private Segmentation() {}

  static SocketBuffer segment(SocketBuffer packet, BufferPool buffers) {
    int headers = WireLength.headers(packet);
    int payload = packet.length - headers;
    @Nullable SocketBuffer first = null;
    @Nullable SocketBuffer last = null;
    int size = packet.segmentSize;
    for (int from = 0; from < payload || first == null; from += size) {
      SocketBuffer segment = buffers.copy(packet);
      int share = Math.min(size, payload - from);
      segment.length = headers + share;
      int held = Math.max(0, Math.min(share, packet.held() - headers - from));
      if (from > 0 && held > 0) {
        System.arraycopy(
            packet.bytes,
            packet.head + headers + from,
            segment.bytes,
            segment.head + headers,
            held);
      }
      segment.end = Math.min(segment.end, segment.head + headers + held);
      segment.segmentSize = 0;
      segment.segments = 0;
      segment.queueLength = segment.length;
      segment.enqueuedAt = packet.enqueuedAt;
      segment.queueClass = packet.queueClass;
      correctHeaders(segment, from);
      if (last == null) {
        first = segment;
      } else {
        last.next = segment;
      }
      last = segment;
    }
    buffers.give(packet);
    return first;
  }

  private static void correctHeaders(SocketBuffer segment, int from) {
    byte[] bytes = segment.bytes;
    int network = segment.head + ETHERNET;
    if (segment.protocol != IPV4 || network + 20 > segment.end) {
      return;
    }
    int length = segment.length - ETHERNET;
    bytes[network + 2] = (byte) (length >>> 8);
    bytes[network + 3] = (byte) length;
    int transport = network + 4 * (bytes[network] & 0xf);
    if (bytes[network + 9] == TCP && transport + 8 <= segment.end) {
      int sequence = 0;
      for (int i = 4; i < 8; i++) {
        sequence = (sequence << 8) | (bytes[transport + i] & 0xff);
      }
      sequence += from;
      for (int i = 7; i >= 4; i--) {
        bytes[transport + i] = (byte) sequence;
        sequence >>>= 8;
      }
    }
  }
}
