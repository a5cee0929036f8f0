package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forwards packets as a router does ({@code net/ipv4/ip_forward.c}): the longest prefix says the
 * device, the time to live goes down by one, and the priority follows from the type of service.
 * Fragmentation and neighbours are left out: wires have two ends.
 */
final class RoutingTable {
  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;

  /** {@code ip_tos2prio} in {@code net/ipv4/route.c}. */
  private static final int[] PRIORITIES = {0, 0, 0, 0, 2, 2, 2, 2, 6, 6, 6, 6, 4, 4, 4, 4};

  private final List<Route> routes = new ArrayList<>();

  void add(Route route) {
    routes.add(route);
    routes.sort(Comparator.comparingInt(Route::length).reversed());
  }

  void remove(NetDevice device) {
    routes.removeIf(route -> route.device().equals(device));
  }

  /**
   * Readies a packet for its way on.
   *
   * @return the device that it leaves by; null if there is no way, or its time is up
   */
  @Nullable NetDevice forward(SocketBuffer packet) {
    if (routes.isEmpty()) {
      return null;
    }
    int network = packet.head + ETHERNET;
    if (packet.protocol == IPV4 && network + 20 <= packet.end) {
      NetDevice device = find(false, Route.read(packet, network + 16, 4), 0);
      if (device == null || (packet.bytes[network + 8] & 0xff) <= 1) {
        return null;
      }
      lowerIpv4TimeToLive(packet.bytes, network);
      packet.priority = PRIORITIES[(packet.bytes[network + 1] & 0x1e) >>> 1];
      return device;
    }
    if (packet.protocol == IPV6 && network + 40 <= packet.end) {
      NetDevice device =
          find(true, Route.read(packet, network + 24, 8), Route.read(packet, network + 32, 8));
      if (device == null || (packet.bytes[network + 7] & 0xff) <= 1) {
        return null;
      }
      packet.bytes[network + 7]--;
      return device;
    }
    return null;
  }

  private @Nullable NetDevice find(boolean ipv6, long high, long low) {
    for (int i = 0; i < routes.size(); i++) {
      Route route = routes.get(i);
      if (route.ipv6() == ipv6 && route.matches(high, low)) {
        return route.device();
      }
    }
    return null;
  }

  /** As {@code ip_decrease_ttl}: the checksum grows by 0x0100, around the end. */
  private static void lowerIpv4TimeToLive(byte[] bytes, int network) {
    bytes[network + 8]--;
    int sum = ((bytes[network + 10] & 0xff) << 8) | (bytes[network + 11] & 0xff);
    sum += 0x0100;
    sum = (sum & 0xffff) + (sum >>> 16);
    bytes[network + 10] = (byte) (sum >>> 8);
    bytes[network + 11] = (byte) sum;
  }
}
