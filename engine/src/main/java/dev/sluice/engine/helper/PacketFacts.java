package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.skb.FlowKeys;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import java.util.Map;

/**
 * Helpers that tell and set what is known of a packet besides its bytes. Packets of the engine have
 * no socket and no route.
 */
final class PacketFacts {
  /** The user that stands for one who has no number here ({@code overflowuid}). */
  private static final int NOBODY = 65_534;

  private static final long CHECK_SEGMENTS = 1;
  private static final int FITS = 0;
  private static final int TOO_LONG = 1;
  private static final int SEGMENTS_TOO_LONG = 2;
  private static final int LAST_CLOCK = 2;

  private PacketFacts() {}

  static void addTo(Map<HelperFunction, Helper> helpers) {
    helpers.put(HelperFunction.GET_HASH_RECALC, PacketFacts::hash);
    helpers.put(HelperFunction.SET_HASH, PacketFacts::setHash);
    helpers.put(HelperFunction.SET_HASH_INVALID, PacketFacts::clearHash);
    helpers.put(HelperFunction.SKB_CGROUP_CLASSID, PacketFacts::classId);
    helpers.put(HelperFunction.SKB_CGROUP_ID, (x, r1, r2, r3, r4, r5) -> 0);
    helpers.put(HelperFunction.SKB_ANCESTOR_CGROUP_ID, (x, r1, r2, r3, r4, r5) -> 0);
    helpers.put(HelperFunction.GET_ROUTE_REALM, (x, r1, r2, r3, r4, r5) -> 0);
    helpers.put(HelperFunction.GET_SOCKET_COOKIE, (x, r1, r2, r3, r4, r5) -> 0);
    helpers.put(HelperFunction.GET_SOCKET_UID, (x, r1, r2, r3, r4, r5) -> NOBODY);
    helpers.put(HelperFunction.SKB_SET_TSTAMP, PacketFacts::setTimestamp);
  }

  /** {@code bpf_get_hash_recalc}: the flow's hash, computed if there is none. */
  static long hash(Execution x, long context, long r2, long r3, long r4, long r5) {
    SocketBuffer packet = x.packet;
    if (packet.hash == 0 && !packet.hashSet) {
      packet.hash = FlowKeys.hash(packet);
    }
    return packet.hash & 0xffff_ffffL;
  }

  /** {@code bpf_set_hash}. */
  static long setHash(Execution x, long context, long hash, long r3, long r4, long r5) {
    x.packet.hash = (int) hash;
    x.packet.hashSet = true;
    return 0;
  }

  /** {@code bpf_set_hash_invalid}. */
  static long clearHash(Execution x, long context, long r2, long r3, long r4, long r5) {
    x.packet.clearHash();
    return 0;
  }

  /** {@code bpf_get_cgroup_classid} and {@code bpf_skb_cgroup_classid}. */
  static long classId(Execution x, long context, long r2, long r3, long r4, long r5) {
    return x.packet.cgroupClassId & 0xffff_ffffL;
  }

  /** {@code bpf_skb_set_tstamp}. */
  static long setTimestamp(Execution x, long context, long time, long clock, long r4, long r5) {
    SocketBuffer packet = x.packet;
    if (packet.protocol != SocketBuffer.IPV4 && packet.protocol != SocketBuffer.IPV6) {
      return Failure.EOPNOTSUPP;
    }
    int type = (int) clock;
    if (type < 0 || type > LAST_CLOCK || (type != 0 && time == 0)) {
      return Failure.EINVAL;
    }
    packet.timestamp = time;
    packet.timestampType = type;
    return 0;
  }

  /** {@code bpf_skb_check_mtu}. */
  static long checkMtu(
      Execution x, long context, long device, long length, long difference, long flags) {
    int at = x.locate(length, 4);
    byte[] memory = x.located;
    int asked = readInt(memory, at);
    if ((flags & ~CHECK_SEGMENTS) != 0
        || (flags == CHECK_SEGMENTS && ((int) difference != 0 || asked != 0))) {
      return Failure.EINVAL;
    }
    SocketBuffer packet = x.packet;
    int mtu = mtu(x, (int) device);
    if (mtu < 0) {
      return Failure.ENODEV;
    }
    int size = asked != 0 ? asked + SocketBuffer.ETHERNET_HEADER : packet.length;
    int result = FITS;
    if (size + (int) difference > mtu + SocketBuffer.ETHERNET_HEADER) {
      result = packet.segmentSize == 0 ? TOO_LONG : FITS;
      if (packet.segmentSize != 0 && flags == CHECK_SEGMENTS && !segmentsFit(packet, mtu)) {
        result = SEGMENTS_TOO_LONG;
      }
    }
    writeInt(memory, at, mtu);
    return result;
  }

  /** {@code bpf_xdp_check_mtu}. */
  static long checkXdpMtu(
      Execution x, long context, long device, long length, long difference, long flags) {
    int at = x.locate(length, 4);
    byte[] memory = x.located;
    if (flags != 0) {
      return Failure.EINVAL;
    }
    int mtu = mtu(x, (int) device);
    if (mtu < 0) {
      return Failure.ENODEV;
    }
    int asked = readInt(memory, at);
    int size = asked != 0 ? asked + SocketBuffer.ETHERNET_HEADER : x.packet.length;
    boolean fits = size + (int) difference <= mtu + SocketBuffer.ETHERNET_HEADER;
    writeInt(memory, at, mtu);
    return fits ? FITS : TOO_LONG;
  }

  private static int mtu(Execution x, int device) {
    return x.surroundings().mtu(device == 0 ? x.packet.deviceIndex : device);
  }

  private static boolean segmentsFit(SocketBuffer packet, int mtu) {
    int headers = FlowKeys.networkToPayload(packet);
    return headers + packet.segmentSize <= mtu;
  }

  static int readInt(byte[] memory, int at) {
    return (memory[at] & 0xff)
        | ((memory[at + 1] & 0xff) << 8)
        | ((memory[at + 2] & 0xff) << 16)
        | (memory[at + 3] << 24);
  }

  static void writeInt(byte[] memory, int at, int value) {
    for (int i = 0; i < 4; i++) {
      memory[at + i] = (byte) (value >>> (8 * i));
    }
  }
}
