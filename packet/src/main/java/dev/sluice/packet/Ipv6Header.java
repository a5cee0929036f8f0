package dev.sluice.packet;

import java.util.ArrayList;
import java.util.List;

/**
 * An IPv6 header and its extensions as a value. Its lengths follow from what it is written with.
 *
 * @param trafficClass DSCP in the upper six bits, congestion notification in the lower two
 * @param flowLabel what packets of one flow have in common, 20 bits
 * @param hopLimit how many routers it may pass, 0 to 255
 * @param protocol what follows the extensions: an {@link IpProtocol}, 0 to 255
 * @param source where it comes from
 * @param destination where it goes
 * @param extensions the extension headers, in order
 */
public record Ipv6Header(
    int trafficClass,
    int flowLabel,
    int hopLimit,
    int protocol,
    Ipv6Address source,
    Ipv6Address destination,
    List<Ipv6Extension> extensions) {
  private static final int MOST = 0xffff;

  /** Checks the ranges. */
  public Ipv6Header {
    Fields.require("traffic class", trafficClass, 8);
    Fields.require("flow label", flowLabel, 20);
    Fields.require("hop limit", hopLimit, 8);
    Fields.require("protocol", protocol, 8);
    extensions = List.copyOf(extensions);
  }

  /** A plain header: to live for 64 hops, without extensions. */
  public Ipv6Header(Ipv6Address source, Ipv6Address destination, int protocol) {
    this(0, 0, Ipv4Header.TIME_TO_LIVE, protocol, source, destination, List.of());
  }

  /** The value of a header that is seen, with the extensions that are whole. */
  public static Ipv6Header of(Ipv6Packet view) {
    List<Ipv6Extension> extensions = new ArrayList<>();
    int type = view.nextHeader();
    int at = Ipv6Packet.HEADER;
    int end = view.transportOffset() - view.offset();
    while (at < end) {
      int size =
          switch (type) {
            case IpProtocol.FRAGMENT -> 8;
            case IpProtocol.AUTHENTICATION -> (view.u8(at + 1) + 2) * 4;
            default -> (view.u8(at + 1) + 1) * 8;
          };
      extensions.add(new Ipv6Extension(type, view.octets(at + 2, size - 2)));
      type = view.u8(at);
      at += size;
    }
    return new Ipv6Header(
        view.trafficClass(),
        view.flowLabel(),
        view.hopLimit(),
        view.transportProtocol(),
        new Ipv6Address(view.sourceHigh(), view.sourceLow()),
        new Ipv6Address(view.destinationHigh(), view.destinationLow()),
        extensions);
  }

  /** The header with another protocol behind its extensions. */
  public Ipv6Header withProtocol(int number) {
    return new Ipv6Header(
        trafficClass, flowLabel, hopLimit, number, source, destination, extensions);
  }

  /** How many bytes it takes with its extensions. */
  public int length() {
    int length = Ipv6Packet.HEADER;
    for (Ipv6Extension extension : extensions) {
      length += extension.length();
    }
    return length;
  }

  /**
   * Writes the header and its extensions.
   *
   * @param payloadLength how many bytes follow the extensions
   * @throws IllegalArgumentException if they are too many; jumbograms are not written
   */
  public void write(byte[] bytes, int at, int payloadLength) {
    int payload = length() - Ipv6Packet.HEADER + payloadLength;
    if (payload > MOST) {
      throw new IllegalArgumentException(
          "an IPv6 packet carries at most %d bytes: found %d".formatted(MOST, payload));
    }
    Fields.put32(bytes, at, 6 << 28 | trafficClass << 20 | flowLabel);
    Fields.put16(bytes, at + 4, payload);
    Fields.put8(bytes, at + 6, typeAt(0));
    Fields.put8(bytes, at + 7, hopLimit);
    Fields.put64(bytes, at + 8, source.high());
    Fields.put64(bytes, at + 16, source.low());
    Fields.put64(bytes, at + 24, destination.high());
    Fields.put64(bytes, at + 32, destination.low());
    int next = at + Ipv6Packet.HEADER;
    for (int i = 0; i < extensions.size(); i++) {
      extensions.get(i).write(bytes, next, typeAt(i + 1));
      next += extensions.get(i).length();
    }
  }

  private int typeAt(int index) {
    return index < extensions.size() ? extensions.get(index).type() : protocol;
  }
}
