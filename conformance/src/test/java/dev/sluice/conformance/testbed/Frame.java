package dev.sluice.conformance.testbed;

import dev.sluice.datapath.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An Ethernet frame.
 *
 * <p>What the suite sends is UDP over IPv4 with a text as payload, by which a frame is known again
 * where it arrives.
 *
 * @param bytes the frame from its destination address, without check sequence
 */
public record Frame(Bytes bytes) {
  /** The Ethernet protocol of IPv4. */
  public static final int IPV4 = 0x0800;

  /** Bytes of an Ethernet header. */
  public static final int ETHERNET_HEADER = 14;

  private static final int IPV4_HEADER = 20;
  private static final int UDP_HEADER = 8;
  private static final int UDP_PROTOCOL = 17;

  /** The frames that a test sends when it does not care what is in them. */
  public static Frame labelled(String label) {
    return new Udp("10.1.0.1", 1000, "10.1.0.2", 2000, 0, label).frame();
  }

  /**
   * A UDP packet.
   *
   * @param source source address, dotted
   * @param sourcePort source port
   * @param destination destination address, dotted
   * @param destinationPort destination port
   * @param typeOfService the type-of-service byte
   * @param payload the payload in ASCII
   */
  public record Udp(
      String source,
      int sourcePort,
      String destination,
      int destinationPort,
      int typeOfService,
      String payload) {
    /** From one port of an address to one of another. */
    public static Udp of(String source, int sourcePort, String destination, int destinationPort) {
      return new Udp(source, sourcePort, destination, destinationPort, 0, "");
    }

    /** The same with another payload. */
    public Udp labelled(String label) {
      return new Udp(source, sourcePort, destination, destinationPort, typeOfService, label);
    }

    /** The same with another type of service. */
    public Udp typeOfService(int value) {
      return new Udp(source, sourcePort, destination, destinationPort, value, payload);
    }

    /** The packet in an Ethernet frame, with right checksums (UDP's is left out, as it may be). */
    public Frame frame() {
      byte[] text = payload.getBytes(StandardCharsets.US_ASCII);
      ByteBuffer out =
          ByteBuffer.allocate(ETHERNET_HEADER + IPV4_HEADER + UDP_HEADER + text.length);
      out.put(address(2)).put(address(1)).putShort((short) IPV4);
      int network = out.position();
      out.put((byte) 0x45).put((byte) typeOfService);
      out.putShort((short) (IPV4_HEADER + UDP_HEADER + text.length));
      out.putInt(0).put((byte) 64).put((byte) UDP_PROTOCOL).putShort((short) 0);
      out.putInt(ipv4(source)).putInt(ipv4(destination));
      out.putShort(network + 10, checksum(out, network));
      out.putShort((short) sourcePort).putShort((short) destinationPort);
      out.putShort((short) (UDP_HEADER + text.length)).putShort((short) 0);
      out.put(text);
      return new Frame(Bytes.copyOf(out.array()));
    }
  }

  /** A dotted IPv4 address as a number whose highest byte comes first. */
  public static int ipv4(String dotted) {
    int address = 0;
    for (String part : dotted.split("\\.", -1)) {
      address = address << 8 | Integer.parseInt(part);
    }
    return address;
  }

  /** The length in bytes, as qdiscs count it. */
  public int length() {
    return bytes.length();
  }

  /** The Ethernet protocol. */
  public int protocol() {
    return bytes.view().order(ByteOrder.BIG_ENDIAN).getShort(12) & 0xffff;
  }

  /** The payload of a UDP packet without IP options, as text. */
  public String label() {
    byte[] all = bytes.toArray();
    int from = ETHERNET_HEADER + IPV4_HEADER + UDP_HEADER;
    return new String(all, from, all.length - from, StandardCharsets.US_ASCII);
  }

  /** A locally administered unicast address. */
  private static byte[] address(int last) {
    return new byte[] {2, 0, 0, 0, 0, (byte) last};
  }

  private static short checksum(ByteBuffer header, int from) {
    int sum = 0;
    for (int at = from; at < from + IPV4_HEADER; at += 2) {
      sum += header.getShort(at) & 0xffff;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }
}
