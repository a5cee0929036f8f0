package dev.sluice.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The checksum of IP, TCP, UDP and ICMP (RFC 1071): the complement of the ones' complement sum of
 * 16-bit words.
 *
 * <p>Sums are kept unfolded in a {@code long}, so that parts can be added up: {@code fold(sum(b, 0,
 * 20, pseudoHeader(…)))}. A part of odd length can only come last.
 */
public final class InternetChecksum {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private InternetChecksum() {}

  /**
   * Adds bytes to a sum.
   *
   * @param bytes where they lie
   * @param from the first
   * @param length how many; the last of an odd number counts as if a zero followed
   * @param sum what to add to; 0 to begin
   * @throws IndexOutOfBoundsException if the array has no such bytes
   */
  public static long sum(byte[] bytes, int from, int length, long sum) {
    Objects.checkFromIndexSize(from, length, bytes.length);
    long total = sum;
    int at = from;
    int end = from + length;
    for (; at <= end - 4; at += 4) {
      total += (int) INT.get(bytes, at) & 0xffff_ffffL;
    }
    if (at <= end - 2) {
      total += (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
      at += 2;
    }
    if (at < end) {
      total += (bytes[at] & 0xff) << 8;
    }
    // Leaves room for the next part whatever the length of this one.
    return (total & 0xffff_ffffL) + (total >>> 32);
  }

  /** The checksum, 0 to 0xffff, that goes into a header whose sum, without it, this is. */
  public static int fold(long sum) {
    long total = (sum & 0xffff_ffffL) + (sum >>> 32);
    total = (total & 0xffff) + (total >>> 16);
    total = (total & 0xffff) + (total >>> 16);
    total = (total & 0xffff) + (total >>> 16);
    return (int) ~total & 0xffff;
  }

  /** The checksum of bytes by themselves. Over bytes that hold a right checksum it is 0. */
  public static int of(byte[] bytes, int from, int length) {
    return fold(sum(bytes, from, length, 0));
  }

  /**
   * The sum of a pseudo header.
   *
   * @param source the packet's source, of the same version as the destination
   * @param destination where it goes in the end
   * @param protocol what it carries
   * @param length how many bytes of that
   */
  public static long pseudoHeader(
      IpAddress source, IpAddress destination, int protocol, int length) {
    return words(source.high())
        + words(source.low())
        + words(destination.high())
        + words(destination.low())
        + protocol
        + (length & 0xffff)
        + (length >>> 16);
  }

  /** The sum of a packet's pseudo header. */
  public static long pseudoHeader(Ipv4Packet packet) {
    return (packet.source() & 0xffff_ffffL)
        + (packet.destination() & 0xffff_ffffL)
        + packet.protocol()
        + packet.payloadLength();
  }

  /** The sum of a packet's pseudo header, for what follows its extension headers. */
  public static long pseudoHeader(Ipv6Packet packet) {
    int length = packet.transportLength();
    return words(packet.sourceHigh())
        + words(packet.sourceLow())
        + words(packet.destinationHigh())
        + words(packet.destinationLow())
        + packet.transportProtocol()
        + (length & 0xffff)
        + (length >>> 16);
  }

  private static long words(long bits) {
    return (bits >>> 32) + (bits & 0xffff_ffffL);
  }

  /**
   * A checksum after a 16-bit word that it covers changed (RFC 1624, equation 3).
   *
   * @param checksum the checksum before, as in the header
   * @param before the word before, 0 to 0xffff
   * @param after the word after
   */
  public static int update(int checksum, int before, int after) {
    return fold((~checksum & 0xffffL) + (~before & 0xffffL) + (after & 0xffffL));
  }

  /** A checksum after two neighbouring words that it covers changed, such as an IPv4 address. */
  public static int updateInt(int checksum, int before, int after) {
    return fold((~checksum & 0xffffL) + (~before & 0xffff_ffffL) + (after & 0xffff_ffffL));
  }
}
