package dev.sluice.cli.simulation;

import dev.sluice.engine.skb.SocketBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells the packets of a capture apart by who sent them: a flow for each source address. */
final class FlowNames {
  /** Beyond so many, the rest are one. */
  private static final int MOST = 256;

  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;

  private final Map<Long, Integer> tags = new HashMap<>();
  private final List<String> names = new ArrayList<>(List.of("others"));
  private long lastKey = -1;
  private int lastTag;

  /** The number of a packet's flow. */
  int tagOf(SocketBuffer packet) {
    long key = key(packet);
    if (key != lastKey) {
      lastKey = key;
      Integer known = tags.get(key);
      if (known == null) {
        known = key == 0 || names.size() >= MOST ? 0 : names.size();
        tags.put(key, known);
        if (known != 0) {
          names.add(name(packet));
        }
      }
      lastTag = known;
    }
    return lastTag;
  }

  private static long key(SocketBuffer packet) {
    int network = packet.head + ETHERNET;
    if (packet.protocol == IPV4 && network + 20 <= packet.end) {
      return read(packet.bytes, network + 12, 4) | 1L << 32;
    }
    if (packet.protocol == IPV6 && network + 40 <= packet.end) {
      long mixed = read(packet.bytes, network + 8, 8) * 31 + read(packet.bytes, network + 16, 8);
      return mixed | 1L << 33;
    }
    return 0;
  }

  private static long read(byte[] bytes, int at, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | bytes[at + i] & 0xff;
    }
    return value;
  }

  private static String name(SocketBuffer packet) {
    int network = packet.head + ETHERNET;
    boolean six = packet.protocol == IPV6;
    byte[] address = new byte[six ? 16 : 4];
    System.arraycopy(packet.bytes, network + (six ? 8 : 12), address, 0, address.length);
    try {
      return java.net.InetAddress.getByAddress(address).getHostAddress();
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are addresses", e);
    }
  }

  /** The names by number; those who sent nothing have none. */
  List<String> names() {
    return List.copyOf(names);
  }
}
