package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.skb.VlanTag;
import dev.sluice.engine.vm.Execution;
import java.util.Arrays;
import java.util.Map;

/** Helpers that make packets longer and shorter: tags, front and end. */
final class PacketEdges {
  /** Most bytes of a packet that is not segmented ({@code BPF_SKB_MAX_LEN}, pages of 4 KiB). */
  static final int LONGEST = 16_064;

  private static final int LAST_PACKET_TYPE = 3;

  private PacketEdges() {}

  static void addTo(Map<HelperFunction, Helper> helpers) {
    helpers.put(HelperFunction.SKB_VLAN_PUSH, PacketEdges::pushTag);
    helpers.put(HelperFunction.SKB_VLAN_POP, PacketEdges::popTag);
    helpers.put(HelperFunction.SKB_CHANGE_TYPE, PacketEdges::changeType);
    helpers.put(HelperFunction.SKB_CHANGE_TAIL, PacketEdges::changeTail);
    helpers.put(HelperFunction.SKB_CHANGE_HEAD, PacketEdges::changeHead);
  }

  /** {@code bpf_skb_vlan_push}. Any other protocol than that of a tag becomes 802.1Q. */
  static long pushTag(Execution x, long context, long protocol, long tci, long r4, long r5) {
    int type = Short.reverseBytes((short) protocol) & 0xffff;
    VlanTag.push(x.packet, VlanTag.is(type) ? type : VlanTag.CUSTOMER, (int) tci);
    return 0;
  }

  /** {@code bpf_skb_vlan_pop}. */
  static long popTag(Execution x, long context, long r2, long r3, long r4, long r5) {
    return VlanTag.pop(x.packet) ? 0 : Failure.ENOMEM;
  }

  /** {@code bpf_skb_change_type}. */
  static long changeType(Execution x, long context, long type, long r3, long r4, long r5) {
    SocketBuffer packet = x.packet;
    if (packet.packetType > LAST_PACKET_TYPE || (type & 0xffff_ffffL) > LAST_PACKET_TYPE) {
      return Failure.EINVAL;
    }
    packet.packetType = (int) type;
    return 0;
  }

  /** {@code bpf_skb_change_tail}. A packet that is not held whole can only get shorter. */
  static long changeTail(Execution x, long context, long length, long flags, long r4, long r5) {
    SocketBuffer packet = x.packet;
    long newLength = length & 0xffff_ffffL;
    int least = Math.max(0, packet.networkHeader - packet.head);
    if (flags != 0 || newLength > LONGEST || newLength < least) {
      return Failure.EINVAL;
    }
    if (packet.encapsulated) {
      return Failure.ENOTSUPP;
    }
    if (newLength > packet.length && packet.held() < packet.length) {
      return Failure.ENOMEM;
    }
    packet.resize((int) newLength);
    packet.segments = 0;
    packet.segmentSize = 0;
    return 0;
  }

  /** {@code bpf_skb_change_head}. */
  static long changeHead(Execution x, long context, long room, long flags, long r4, long r5) {
    SocketBuffer packet = x.packet;
    int more = (int) room;
    if (flags != 0 || more < 0 || packet.length + (long) more > limit(packet)) {
      return Failure.EINVAL;
    }
    packet.push(more);
    Arrays.fill(packet.bytes, packet.head, packet.head + more, (byte) 0);
    packet.macHeader = packet.head;
    return 0;
  }

  private static int limit(SocketBuffer packet) {
    return packet.segmentSize > 0 ? 1 << 24 : LONGEST;
  }
}
