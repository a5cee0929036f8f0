package dev.sluice.programs;

import java.nio.ByteBuffer;

/** Packets to test programs with. */
final class Packets {
  private Packets() {}

  /** UDP or TCP over IPv4, by protocol number. */
  static byte[] ipv4(int protocol, int source, int destination, int sourcePort, int port) {
    ByteBuffer packet = ByteBuffer.allocate(60);
    packet.putShort(12, (short) 0x0800).put(14, (byte) 0x45).put(23, (byte) protocol);
    packet.putInt(26, source).putInt(30, destination);
    packet.putShort(34, (short) sourcePort).putShort(36, (short) port);
    return packet.array();
  }

  /** UDP or TCP over IPv6 behind an extension header of 16 bytes. */
  static byte[] ipv6(int protocol, long sourceHigh, int port) {
    ByteBuffer packet = ByteBuffer.allocate(90);
    packet.putShort(12, (short) 0x86dd).put(14, (byte) 0x60).put(20, (byte) 0);
    packet.putLong(22, sourceHigh).put(54, (byte) protocol).put(55, (byte) 1);
    packet.putShort(72, (short) port);
    return packet.array();
  }
}
