package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Who talks to whom in a {@link TcpFlow}, and their packets: Ethernet, IPv4 without options, TCP
 * without options.
 *
 * @param sender the device that data leaves by
 * @param receiver the device that acknowledgements leave by
 * @param source the sender's IPv4 address, first byte highest
 * @param destination the receiver's
 * @param sourcePort the sender's port
 * @param destinationPort the receiver's
 * @param typeOfService the type-of-service byte of data packets
 * @param priority {@code skb->priority} of data packets
 * @param mark {@code skb->mark} of data packets
 * @param tag a number by which its packets with data are known again
 * @param acknowledgementTag the number of its acknowledgements
 */
public record TcpEndpoints(
    NetDevice sender,
    NetDevice receiver,
    int source,
    int destination,
    int sourcePort,
    int destinationPort,
    int typeOfService,
    int priority,
    int mark,
    int tag,
    int acknowledgementTag) {
  private static final int IP = 14;
  private static final int TCP = IP + 20;
  private static final int HEADERS = TCP + 20;
  private static final int ACK = 0x10;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** A packet with data, of which only the headers are made up. */
  SocketBuffer data(long sequence, int size) {
    SocketBuffer packet = take(sender, true, size);
    INT.set(packet.bytes, packet.head + TCP + 4, (int) sequence);
    packet.priority = priority;
    packet.mark = mark;
    return packet;
  }

  /** A packet that acknowledges all before a sequence number. */
  SocketBuffer acknowledgement(long next) {
    SocketBuffer packet = take(receiver, false, 0);
    INT.set(packet.bytes, packet.head + TCP + 8, (int) next);
    return packet;
  }

  private SocketBuffer take(NetDevice device, boolean forward, int size) {
    SocketBuffer packet = device.host().network().buffers().take();
    int at = packet.head;
    packet.end = at + HEADERS;
    packet.length = HEADERS + size;
    byte[] bytes = packet.bytes;
    NetDevice other = forward ? receiver : sender;
    other.writeAddress(bytes, at);
    device.writeAddress(bytes, at + 6);
    SHORT.set(bytes, at + 12, (short) 0x0800);
    INT.set(bytes, at + IP, 0x4500_0000 | ((forward ? typeOfService : 0) << 16) | (40 + size));
    INT.set(bytes, at + IP + 4, 0x4000);
    INT.set(bytes, at + IP + 8, 64 << 24 | 6 << 16);
    INT.set(bytes, at + IP + 12, forward ? source : destination);
    INT.set(bytes, at + IP + 16, forward ? destination : source);
    SHORT.set(bytes, at + IP + 10, (short) ~headerSum(bytes, at + IP));
    SHORT.set(bytes, at + TCP, (short) (forward ? sourcePort : destinationPort));
    SHORT.set(bytes, at + TCP + 2, (short) (forward ? destinationPort : sourcePort));
    INT.set(bytes, at + TCP + 4, 0);
    INT.set(bytes, at + TCP + 8, 0);
    INT.set(bytes, at + TCP + 12, 5 << 28 | ACK << 16 | 0xffff);
    INT.set(bytes, at + TCP + 16, 0);
    packet.protocol = 0x0800;
    packet.tag = forward ? tag : acknowledgementTag;
    return packet;
  }

  private static int headerSum(byte[] bytes, int at) {
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += i == 10 ? 0 : (short) SHORT.get(bytes, at + i) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (sum & 0xffff) + (sum >>> 16);
  }

  /** Whether a packet is one of the sender's. */
  boolean isData(SocketBuffer packet) {
    return matches(packet, source, destination, sourcePort, destinationPort);
  }

  /** Whether a packet is one of the receiver's. */
  boolean isAcknowledgement(SocketBuffer packet) {
    return matches(packet, destination, source, destinationPort, sourcePort);
  }

  private static boolean matches(SocketBuffer packet, int from, int to, int fromPort, int toPort) {
    byte[] bytes = packet.bytes;
    int at = packet.head;
    return packet.protocol == 0x0800
        && packet.end - at >= HEADERS
        && bytes[at + IP] == 0x45
        && bytes[at + IP + 9] == 6
        && (int) INT.get(bytes, at + IP + 12) == from
        && (int) INT.get(bytes, at + IP + 16) == to
        && ((short) SHORT.get(bytes, at + TCP) & 0xffff) == fromPort
        && ((short) SHORT.get(bytes, at + TCP + 2) & 0xffff) == toPort;
  }

  /** The whole sequence number of a data packet, near one that is known. */
  long sequence(SocketBuffer packet, long near) {
    return near + ((int) INT.get(packet.bytes, packet.head + TCP + 4) - (int) near);
  }

  /** What a packet acknowledges, near what is known. */
  long acknowledged(SocketBuffer packet, long near) {
    return near + ((int) INT.get(packet.bytes, packet.head + TCP + 8) - (int) near);
  }
}
