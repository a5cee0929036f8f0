package dev.sluice.cli.simulation;

import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.skb.VlanTag;
import dev.sluice.packet.IpAddress;
import dev.sluice.packet.Ipv4Address;
import dev.sluice.packet.Ipv6Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells the packets of a capture apart by who sent them: a flow for each source address. */
final class FlowNames {
  /** Beyond so many, the rest are one. */
  private static final int MOST = 256;

  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;

  private final Map<IpAddress, Integer> tags = new HashMap<>();
  private final List<String> names = new ArrayList<>(List.of("others"));

  /** The number of a packet's flow. */
  int tagOf(SocketBuffer packet) {
    IpAddress source = source(packet);
    if (source == null) {
      return 0;
    }
    Integer known = tags.get(source);
    if (known != null) {
      return known;
    }
    if (names.size() >= MOST) {
      return 0;
    }
    tags.put(source, names.size());
    names.add(source.toString());
    return names.size() - 1;
  }

  /** Who sent a packet, with VLAN tags or without; null if that is not held. */
  private static @Nullable IpAddress source(SocketBuffer packet) {
    int protocol = packet.protocol;
    int network = packet.head + ETHERNET;
    while (VlanTag.is(protocol) && network + VlanTag.BYTES <= packet.end) {
      protocol = (int) read(packet.bytes, network + 2, 2);
      network += VlanTag.BYTES;
    }
    if (protocol == IPV4 && network + 20 <= packet.end) {
      return new Ipv4Address((int) read(packet.bytes, network + 12, 4));
    }
    if (protocol == IPV6 && network + 40 <= packet.end) {
      return new Ipv6Address(
          read(packet.bytes, network + 8, 8), read(packet.bytes, network + 16, 8));
    }
    return null;
  }

  private static long read(byte[] bytes, int at, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | bytes[at + i] & 0xff;
    }
    return value;
  }

  /** The names by number; those who sent nothing have none. */
  List<String> names() {
    return List.copyOf(names);
  }
}
