package dev.sluice.packet;

import org.jspecify.annotations.Nullable;

/**
 * What the packets of one flow have in common.
 *
 * <p>To look a packet's flow up without allocating, hash with {@link #hash} and compare with {@link
 * #matches}; they agree with {@link #hashCode} and {@link #equals}. Only a flow that is new needs a
 * key. Later fragments know no ports: theirs are 0.
 *
 * @param source where it comes from
 * @param destination where it goes, of the same version
 * @param sourcePort the sender's port, 0 to 65535; 0 for protocols without ports
 * @param destinationPort the receiver's port, 0 to 65535
 * @param protocol the {@link IpProtocol}, 0 to 255
 */
public record FlowKey(
    IpAddress source, IpAddress destination, int sourcePort, int destinationPort, int protocol) {
  /** Checks the ranges. */
  public FlowKey {
    if (source instanceof Ipv4Address != destination instanceof Ipv4Address) {
      throw new IllegalArgumentException(
          "addresses of two versions: " + source + " and " + destination);
    }
    if (sourcePort >>> 16 != 0 || destinationPort >>> 16 != 0) {
      throw new IllegalArgumentException(
          "ports are 0 to 65535: " + sourcePort + " and " + destinationPort);
    }
    if (protocol >>> 8 != 0) {
      throw new IllegalArgumentException("protocols are 0 to 255: " + protocol);
    }
  }

  /** The flow of a packet; null if it is no IP packet. */
  public static @Nullable FlowKey of(Dissection packet) {
    if (packet.ipv4().isPresent()) {
      return new FlowKey(
          new Ipv4Address(packet.ipv4().source()),
          new Ipv4Address(packet.ipv4().destination()),
          packet.sourcePort(),
          packet.destinationPort(),
          packet.protocol());
    }
    if (packet.ipv6().isPresent()) {
      Ipv6Packet ip = packet.ipv6();
      return new FlowKey(
          new Ipv6Address(ip.sourceHigh(), ip.sourceLow()),
          new Ipv6Address(ip.destinationHigh(), ip.destinationLow()),
          packet.sourcePort(),
          packet.destinationPort(),
          packet.protocol());
    }
    return null;
  }

  /** The flow of the answers. */
  public FlowKey reversed() {
    return new FlowKey(destination, source, destinationPort, sourcePort, protocol);
  }

  /** The hash code that the key of a packet would have; 0 if it is no IP packet. */
  public static int hash(Dissection packet) {
    int ports = packet.sourcePort() << 16 | packet.destinationPort();
    if (packet.ipv4().isPresent()) {
      return hash(
          0,
          packet.ipv4().source() & 0xffff_ffffL,
          0,
          packet.ipv4().destination() & 0xffff_ffffL,
          ports,
          packet.protocol());
    }
    if (packet.ipv6().isPresent()) {
      Ipv6Packet ip = packet.ipv6();
      return hash(
          ip.sourceHigh(),
          ip.sourceLow(),
          ip.destinationHigh(),
          ip.destinationLow(),
          ports,
          packet.protocol());
    }
    return 0;
  }

  private static int hash(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int ports,
      int protocol) {
    long hash = mix(sourceHigh ^ protocol);
    hash = mix(hash ^ sourceLow);
    hash = mix(hash ^ destinationHigh);
    hash = mix(hash ^ destinationLow);
    hash = mix(hash ^ ports);
    return (int) (hash ^ hash >>> 32);
  }

  /** Spreads every bit over all others, so that neighbouring addresses part. */
  private static long mix(long bits) {
    long product = bits * 0x9e37_79b9_7f4a_7c15L;
    return product ^ product >>> 29;
  }

  /** Whether a packet belongs to the flow. */
  public boolean matches(Dissection packet) {
    if (packet.protocol() != protocol
        || packet.sourcePort() != sourcePort
        || packet.destinationPort() != destinationPort) {
      return false;
    }
    if (packet.ipv4().isPresent()) {
      return source instanceof Ipv4Address(int from)
          && destination instanceof Ipv4Address(int to)
          && from == packet.ipv4().source()
          && to == packet.ipv4().destination();
    }
    Ipv6Packet ip = packet.ipv6();
    return source instanceof Ipv6Address
        && source.high() == ip.sourceHigh()
        && source.low() == ip.sourceLow()
        && destination.high() == ip.destinationHigh()
        && destination.low() == ip.destinationLow();
  }

  @Override
  public int hashCode() {
    return hash(
        source.high(),
        source.low(),
        destination.high(),
        destination.low(),
        sourcePort << 16 | destinationPort,
        protocol);
  }

  /** Such as {@code tcp 10.0.0.1:40000 > 10.0.0.2:443}. */
  @Override
  public String toString() {
    String name = IpProtocol.name(protocol);
    StringBuilder text = new StringBuilder(64);
    text.append(name == null ? "protocol " + protocol : name).append(' ');
    append(text, source, sourcePort);
    text.append(" > ");
    append(text, destination, destinationPort);
    return text.toString();
  }

  private void append(StringBuilder text, IpAddress address, int port) {
    if (!IpProtocol.hasPorts(protocol)) {
      text.append(address);
    } else if (address instanceof Ipv6Address) {
      text.append('[').append(address).append("]:").append(port);
    } else {
      text.append(address).append(':').append(port);
    }
  }
}
