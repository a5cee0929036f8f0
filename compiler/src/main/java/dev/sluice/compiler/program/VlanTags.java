package dev.sluice.compiler.program;

/**
 * VLAN tags on the JVM, of which the outermost is kept beside the packet and not in its bytes
 * ({@code skb_vlan_push} and {@code skb_vlan_pop} in {@code net/core/skbuff.c}).
 */
final class VlanTags {
  private static final int TYPE = 12;
  private static final int TAG = 4;
  private static final int ETHERNET = 14;
  private static final int LEAST_TYPE = 0x600;
  private static final int RAW_802_3 = 0x0001;
  private static final int LLC_802_2 = 0x0004;

  private VlanTags() {}

  private static boolean is(int type) {
    return type == Ethernet.VLAN || type == Ethernet.PROVIDER_VLAN;
  }

  /** The protocol that an Ethernet type or length stands for. */
  static int protocol(byte[] bytes, int at) {
    int type = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    if (type >= LEAST_TYPE) {
      return type;
    }
    boolean raw = at + 4 <= bytes.length && bytes[at + 2] == -1 && bytes[at + 3] == -1;
    return raw ? RAW_802_3 : LLC_802_2;
  }

  static void push(SkBuff packet, int protocol, int tci) {
    if (packet.vlanPresent() != 0) {
      packet.insert(TYPE, TAG);
      packet.setU16(TYPE, SocketBuffer.networkOrder(packet.vlanProtocol()));
      packet.setU16(TYPE + 2, packet.vlanTci());
      packet.protocol(packet.vlanProtocol());
    }
    int type = protocol & 0xffff;
    beside(packet, is(type) ? type : Ethernet.VLAN, tci);
  }

  private static void beside(SkBuff packet, int type, int tci) {
    packet.vlanPresent(1).vlanProtocol(SocketBuffer.networkOrder(type)).vlanTci(tci & 0xffff);
  }

  /** False if a tag in the bytes is not whole. */
  static boolean pop(SkBuff packet) {
    if (packet.vlanPresent() != 0) {
      packet.vlanPresent(0).vlanProtocol(0).vlanTci(0);
    } else {
      if (!is(SocketBuffer.networkOrder(packet.protocol()))) {
        return true;
      }
      if (remove(packet) < 0) {
        return false;
      }
    }
    int next = SocketBuffer.networkOrder(packet.protocol());
    if (!is(next)) {
      return true;
    }
    int tci = remove(packet);
    if (tci < 0) {
      return false;
    }
    beside(packet, next, tci);
    return true;
  }

  /** Takes the tag out of the bytes; it, or −1 if it is not there. */
  private static int remove(SkBuff packet) {
    if (packet.length() < ETHERNET + TAG) {
      return -1;
    }
    int tci = packet.u16(TYPE + 2);
    packet.protocol(SocketBuffer.networkOrder(protocol(packet.toArray(), TYPE + TAG)));
    packet.remove(TYPE, TAG);
    packet.network(Math.max(packet.network() - TAG, ETHERNET));
    return tci;
  }
}
