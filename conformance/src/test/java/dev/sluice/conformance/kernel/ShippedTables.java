package dev.sluice.conformance.kernel;

import dev.sluice.programs.ClassMarker;
import dev.sluice.programs.ConnectionTracker;
import dev.sluice.programs.Firewall;
import java.nio.ByteBuffer;
import java.util.Random;

/** What the shipped programs are tried with: entries of their tables, and packets that hit them. */
final class ShippedTables {
  private static final int[] PORTS = {22, 25, 53, 80, 443, 3389, 5060, 5061, 8080, 33_500};
  private static final int[] PROTOCOLS = {1, 6, 6, 17, 17, 47, 58};

  private ShippedTables() {}

  static void fill(Random random) {
    Firewall.BLOCKED4.put(new Firewall.Prefix4(8, 0x0a00_0000), 1);
    Firewall.BLOCKED4.put(new Firewall.Prefix4(24, 0xc0a8_0100), 1);
    Firewall.BLOCKED6.put(new Firewall.Prefix6(16, 0xfd00_0000, 0, 0, 0), 1);
    for (int port : PORTS) {
      if (random.nextBoolean()) {
        Firewall.OPEN.put(new Firewall.Port(6, port), 1);
        Firewall.OPEN.put(new Firewall.Port(17, port), 1);
      }
      ClassMarker.CLASS_BY_PORT.put(port, 0x10000 + port);
      ConnectionTracker.CONNECTIONS.put(
          new ConnectionTracker.Connection(
              address(random), address(random), (short) port, (short) port, 6),
          // Seen long before or long after now, whichever clock is asked.
          new ConnectionTracker.State((random.nextBoolean() ? 1L : -1L) << 60, 0, 0, 0));
    }
    Firewall.OPEN.put(new Firewall.Port(1, 0), 1);
  }

  private static int address(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0x0a01_0203;
      case 1 -> 0xc0a8_0105;
      case 2 -> 0xc0a8_8205;
      // The networks of RuleList's services, and whatever else is there.
      case 3 -> 0x0ac8_0000 | random.nextInt(4) << 8 | random.nextInt(64);
      case 4 -> 0x0ac8_0000 | random.nextInt(32) << 8 | random.nextInt(256);
      default -> random.nextInt();
    };
  }

  private static int port(Random random) {
    return PORTS[random.nextInt(PORTS.length)];
  }

  /** IPv4 or IPv6 or something else, whole or cut, with options, extensions, tags and fragments. */
  static byte[] packet(Random random) {
    ByteBuffer packet = ByteBuffer.allocate(200);
    packet.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2});
    if (random.nextInt(6) == 0) {
      packet.putShort((short) 0x8100).putShort((short) random.nextInt());
    }
    int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
    switch (random.nextInt(8)) {
      case 0 -> packet.putShort((short) 0x0806);
      case 1, 2, 3 -> ipv6(packet, protocol, random);
      default -> ipv4(packet, protocol, random);
    }
    packet.putShort((short) port(random)).putShort((short) port(random));
    packet.putInt(random.nextInt()).putInt(random.nextInt()).putInt(random.nextInt());
    int length = Math.max(54, packet.position() - random.nextInt(14));
    byte[] bytes = new byte[length];
    packet.get(0, bytes);
    return bytes;
  }

  private static void ipv4(ByteBuffer packet, int protocol, Random random) {
    int options = random.nextInt(3) == 0 ? random.nextInt(11) : 0;
    packet.putShort((short) 0x0800).put((byte) (0x45 + options)).put((byte) 0);
    packet.putShort((short) 100).putShort((short) 7);
    packet.putShort((short) (random.nextInt(6) == 0 ? random.nextInt(0x4000) : 0));
    packet.put((byte) 64).put((byte) protocol).putShort((short) 0);
    packet.putInt(address(random)).putInt(address(random));
    packet.position(packet.position() + 4 * options);
  }

  private static void ipv6(ByteBuffer packet, int protocol, Random random) {
    int extensions = random.nextInt(3);
    int[] kinds = {0, 43, 44, 60};
    int[] chain = new int[extensions + 1];
    for (int i = 0; i < extensions; i++) {
      chain[i] = kinds[random.nextInt(kinds.length)];
    }
    chain[extensions] = protocol;
    packet.putShort((short) 0x86dd).putInt(6 << 28).putShort((short) 100);
    packet.put((byte) chain[0]).put((byte) 64);
    packet.putLong(random.nextBoolean() ? 0xfd00_0000_0000_0001L : random.nextLong());
    packet.putLong(random.nextLong()).putLong(random.nextLong()).putLong(random.nextLong());
    for (int i = 0; i < extensions; i++) {
      int length = chain[i] == 44 ? 0 : random.nextInt(2);
      packet.put((byte) chain[i + 1]).put((byte) length);
      packet.putShort((short) (chain[i] == 44 && random.nextInt(3) == 0 ? random.nextInt() : 0));
      packet.position(packet.position() + 4 + 8 * length);
    }
  }
}
