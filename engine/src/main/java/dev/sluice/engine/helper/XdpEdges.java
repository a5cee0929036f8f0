package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import java.util.Map;

/**
 * Helpers that move the ends of an XDP packet. It lies in a page, which begins where the array
 * does: 40 bytes at the page's start ({@code struct xdp_frame}) and 320 at its end ({@code struct
 * skb_shared_info}) are the kernel's own.
 */
final class XdpEdges {
  private static final int FRAME = 40;
  private static final int PAGE = 4096;
  private static final int SHARED_INFO = 320;
  private static final int LONGEST_METADATA = 255;

  private XdpEdges() {}

  static void addTo(Map<HelperFunction, Helper> helpers) {
    helpers.put(HelperFunction.XDP_ADJUST_HEAD, XdpEdges::adjustHead);
    helpers.put(HelperFunction.XDP_ADJUST_TAIL, XdpEdges::adjustTail);
    helpers.put(HelperFunction.XDP_ADJUST_META, XdpEdges::adjustMetadata);
  }

  /** {@code bpf_xdp_adjust_head}. Metadata moves with the packet's start. */
  static long adjustHead(Execution x, long context, long offset, long r3, long r4, long r5) {
    SocketBuffer packet = x.packet;
    int metadata = packet.head - packet.metaStart;
    long head = packet.head + (long) (int) offset;
    if (head < FRAME + metadata || head > packet.end - SocketBuffer.ETHERNET_HEADER) {
      return Failure.EINVAL;
    }
    int moved = (int) offset;
    System.arraycopy(
        packet.bytes, packet.metaStart, packet.bytes, packet.metaStart + moved, metadata);
    packet.metaStart += moved;
    packet.head += moved;
    packet.length -= moved;
    packet.macHeader = packet.head;
    packet.networkHeader = packet.head + SocketBuffer.ETHERNET_HEADER;
    return 0;
  }

  /** {@code bpf_xdp_adjust_tail}. A packet that is not held whole can only get shorter. */
  static long adjustTail(Execution x, long context, long offset, long r3, long r4, long r5) {
    SocketBuffer packet = x.packet;
    int moved = (int) offset;
    boolean whole = packet.held() == packet.length;
    long newLength = packet.length + (long) moved;
    boolean tooLong = moved > 0 && (!whole || packet.head + newLength > PAGE - SHARED_INFO);
    if (tooLong || newLength < SocketBuffer.ETHERNET_HEADER) {
      return Failure.EINVAL;
    }
    packet.resize((int) newLength);
    return 0;
  }

  /** {@code bpf_xdp_adjust_meta}. New metadata holds what was there, as new bytes in front do. */
  static long adjustMetadata(Execution x, long context, long offset, long r3, long r4, long r5) {
    SocketBuffer packet = x.packet;
    long start = packet.metaStart + (long) (int) offset;
    if (start < FRAME || start > packet.head) {
      return Failure.EINVAL;
    }
    long metadata = packet.head - start;
    if ((metadata & 3) != 0 || metadata > LONGEST_METADATA) {
      return Failure.EACCES;
    }
    packet.metaStart = (int) start;
    return 0;
  }
}
