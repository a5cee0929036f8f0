package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.skb.FlowKeys;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import java.util.Arrays;
import java.util.Map;

/** Helpers that make and take room behind the Ethernet or the IP header. */
final class RoomAdjustment {
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int MODE_NETWORK = 0;
  private static final int MODE_MAC = 1;

  private static final long FIXED_GSO = 1;
  private static final long ENCAP_IPV4 = 1 << 1;
  private static final long ENCAP_IPV6 = 1 << 2;
  private static final long ENCAP_GRE = 1 << 3;
  private static final long ENCAP_UDP = 1 << 4;
  private static final long NO_CHECKSUM_RESET = 1 << 5;
  private static final long ENCAP_ETHERNET = 1 << 6;
  private static final long DECAP_IPV4 = 1 << 7;
  private static final long DECAP_IPV6 = 1 << 8;
  private static final long INNER_MAC_BYTES = 0xffL << 56;
  private static final long ENCAP_L3 = ENCAP_IPV4 | ENCAP_IPV6;
  private static final long DECAP_L3 = DECAP_IPV4 | DECAP_IPV6;
  private static final long ALL_FLAGS =
      FIXED_GSO
          | ENCAP_L3
          | ENCAP_GRE
          | ENCAP_UDP
          | NO_CHECKSUM_RESET
          | ENCAP_ETHERNET
          | DECAP_L3
          | INNER_MAC_BYTES;
  private static final int MOST = 0xfff;

  private RoomAdjustment() {}

  static void addTo(Map<HelperFunction, Helper> helpers) {
    helpers.put(HelperFunction.SKB_CHANGE_PROTO, RoomAdjustment::changeProtocol);
    helpers.put(HelperFunction.SKB_ADJUST_ROOM, RoomAdjustment::adjust);
  }

  /** {@code bpf_skb_change_proto}: IPv4 to IPv6 and back. */
  static long changeProtocol(
      Execution x, long context, long protocol, long flags, long r4, long r5) {
    if (flags != 0) {
      return Failure.EINVAL;
    }
    SocketBuffer packet = x.packet;
    int to = Short.reverseBytes((short) protocol) & 0xffff;
    int off = packet.networkHeader - packet.macHeader;
    if (packet.protocol == SocketBuffer.IPV4 && to == SocketBuffer.IPV6) {
      grow(packet, off, IPV6_HEADER - IPV4_HEADER);
    } else if (packet.protocol == SocketBuffer.IPV6 && to == SocketBuffer.IPV4) {
      if (!shrink(packet, off, IPV6_HEADER - IPV4_HEADER)) {
        return Failure.ENOMEM;
      }
    } else {
      return Failure.ENOTSUPP;
    }
    packet.protocol = to;
    packet.clearHash();
    return 0;
  }

  /** {@code bpf_skb_adjust_room}. */
  static long adjust(Execution x, long context, long by, long mode, long flags, long r5) {
    SocketBuffer packet = x.packet;
    int difference = (int) by;
    int count = Math.abs(difference);
    if ((flags & ~ALL_FLAGS) != 0) {
      return Failure.EINVAL;
    }
    if (count < 0 || count > MOST) {
      return Failure.EFAULT;
    }
    if (packet.protocol != SocketBuffer.IPV4 && packet.protocol != SocketBuffer.IPV6) {
      return Failure.ENOTSUPP;
    }
    int header = packet.protocol == SocketBuffer.IPV4 ? IPV4_HEADER : IPV6_HEADER;
    int off = packet.networkHeader - packet.macHeader;
    switch ((int) mode) {
      case MODE_NETWORK -> off += header;
      case MODE_MAC -> {}
      default -> {
        return Failure.ENOTSUPP;
      }
    }
    long decap = flags & DECAP_L3;
    if (decap == DECAP_L3 || (decap != 0 && difference >= 0)) {
      return Failure.EINVAL;
    }
    if (decap != 0) {
      header = decap == DECAP_IPV4 ? IPV4_HEADER : IPV6_HEADER;
    }
    int current = packet.length - (packet.networkHeader - packet.head);
    boolean tooShort = difference < 0 && (count >= current || current - count < header);
    boolean tooLong =
        difference >= 0 && packet.length + count > PacketEdges.LONGEST && packet.segmentSize == 0;
    if (tooShort || tooLong) {
      return Failure.ENOTSUPP;
    }
    long result =
        difference < 0
            ? decapsulate(packet, off, count, flags)
            : encapsulate(packet, off, count, flags);
    if (result == 0 && (flags & NO_CHECKSUM_RESET) == 0) {
      Checksums.distrust(packet);
    }
    return result;
  }

  /** {@code bpf_skb_net_grow}. */
  private static long encapsulate(SocketBuffer packet, int off, int count, long flags) {
    if (!canChangeSegments(packet, flags)) {
      return Failure.ENOTSUPP;
    }
    boolean encap = (flags & ENCAP_L3) != 0;
    if (encap) {
      int innerMac = (int) (flags >>> 56);
      boolean contradiction =
          (flags & ENCAP_L3) == ENCAP_L3
              || (flags & (ENCAP_GRE | ENCAP_UDP)) == (ENCAP_GRE | ENCAP_UDP);
      if (contradiction
          || ((flags & ENCAP_ETHERNET) != 0 && innerMac < SocketBuffer.ETHERNET_HEADER)) {
        return Failure.EINVAL;
      }
      if (packet.encapsulated) {
        return Failure.EALREADY;
      }
      if (innerMac > count) {
        return Failure.EINVAL;
      }
    }
    grow(packet, off, count);
    if (encap) {
      packet.encapsulated = true;
      packet.protocol = (flags & ENCAP_IPV6) != 0 ? SocketBuffer.IPV6 : SocketBuffer.IPV4;
    }
    changeSegments(packet, (flags & FIXED_GSO) != 0 ? 0 : -count);
    return 0;
  }

  /** {@code bpf_skb_net_shrink}. */
  private static long decapsulate(SocketBuffer packet, int off, int count, long flags) {
    if ((flags & ~(FIXED_GSO | DECAP_L3 | NO_CHECKSUM_RESET)) != 0) {
      return Failure.EINVAL;
    }
    if (!canChangeSegments(packet, flags)) {
      return Failure.ENOTSUPP;
    }
    if (!shrink(packet, off, count)) {
      return Failure.ENOMEM;
    }
    if ((flags & DECAP_L3) != 0) {
      packet.protocol = (flags & DECAP_IPV6) != 0 ? SocketBuffer.IPV6 : SocketBuffer.IPV4;
    }
    changeSegments(packet, (flags & FIXED_GSO) != 0 ? 0 : count);
    return 0;
  }

  /** Whether the packet is not segmented, or its segments may come to another size. */
  private static boolean canChangeSegments(SocketBuffer packet, long flags) {
    if (packet.segmentSize == 0) {
      return true;
    }
    if (packet.segmentProtocol == 0) {
      packet.segmentProtocol = FlowKeys.transportProtocol(packet);
    }
    return packet.segmentProtocol == FlowKeys.TCP
        || (packet.segmentProtocol == FlowKeys.UDP && (flags & FIXED_GSO) != 0);
  }

  /**
   * Gives segments another size. The kernel forgets here how many there are, and counts them again
   * when it next needs to know; here they are counted at once.
   */
  private static void changeSegments(SocketBuffer packet, int difference) {
    if (packet.segmentSize == 0) {
      return;
    }
    packet.segmentSize = Math.max(1, packet.segmentSize + difference);
    int headers = FlowKeys.networkToPayload(packet);
    int payload = packet.length - (packet.networkHeader - packet.head) - Math.max(headers, 0);
    packet.segments = Math.max(1, Math.ceilDiv(payload, packet.segmentSize));
  }

  /** Makes room behind the first bytes ({@code bpf_skb_net_hdr_push}). */
  private static void grow(SocketBuffer packet, int off, int count) {
    packet.push(count);
    byte[] bytes = packet.bytes;
    int head = packet.head;
    // A packet that ends within the first bytes has what lies behind it in the array after them.
    System.arraycopy(bytes, head + count, bytes, head, Math.min(off, bytes.length - head - count));
    if (head + off < packet.end) {
      Arrays.fill(bytes, head + off, Math.min(head + off + count, packet.end), (byte) 0);
    }
    packet.macHeader -= count;
    packet.networkHeader -= count;
  }

  /** Takes bytes from behind the first ones ({@code bpf_skb_net_hdr_pop}); false if not held. */
  private static boolean shrink(SocketBuffer packet, int off, int count) {
    if (off + count > packet.held()) {
      return false;
    }
    int head = packet.head;
    System.arraycopy(packet.bytes, head, packet.bytes, head + count, off);
    packet.pull(count);
    packet.macHeader += count;
    packet.networkHeader += count;
    return true;
  }
}
