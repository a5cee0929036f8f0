package dev.sluice.packet;

/**
 * An IPv4 header as a value. Its lengths and its checksum follow from what it is written with.
 *
 * @param typeOfService DSCP in the upper six bits, congestion notification in the lower two
 * @param identification what the fragments of one packet have in common, 0 to 65535
 * @param doNotFragment whether routers must not cut it
 * @param moreFragments whether fragments of it follow
 * @param fragmentOffset where this fragment belongs, in bytes: a multiple of 8 up to 65528
 * @param timeToLive how many routers it may pass, 0 to 255
 * @param protocol what it carries: an {@link IpProtocol}, 0 to 255
 * @param source where it comes from
 * @param destination where it goes
 * @param options the options: a multiple of 4 bytes, up to 40
 */
public record Ipv4Header(
    int typeOfService,
    int identification,
    boolean doNotFragment,
    boolean moreFragments,
    int fragmentOffset,
    int timeToLive,
    int protocol,
    Ipv4Address source,
    Ipv4Address destination,
    Octets options) {
  /** How many routers packets may pass if nothing else is said. */
  public static final int TIME_TO_LIVE = 64;

  private static final int MOST = 0xffff;

  /** Checks the ranges. */
  public Ipv4Header {
    Fields.require("type of service", typeOfService, 8);
    Fields.require("identification", identification, 16);
    Fields.require("fragment offset", fragmentOffset, 16);
    if (fragmentOffset % 8 != 0) {
      throw new IllegalArgumentException(
          "fragments begin at a multiple of 8 bytes: " + fragmentOffset);
    }
    Fields.require("time to live", timeToLive, 8);
    Fields.require("protocol", protocol, 8);
    if (options.length() > 40 || options.length() % 4 != 0) {
      throw new IllegalArgumentException(
          "options of IPv4 take a multiple of 4 bytes up to 40: " + options.length());
    }
  }

  /** A plain header: not to be fragmented, to live for 64 hops, without options. */
  public Ipv4Header(Ipv4Address source, Ipv4Address destination, int protocol) {
    this(0, 0, true, false, 0, TIME_TO_LIVE, protocol, source, destination, Octets.NONE);
  }

  /** The value of a header that is seen. */
  public static Ipv4Header of(Ipv4Packet view) {
    return new Ipv4Header(
        view.typeOfService(),
        view.identification(),
        view.isNotToBeFragmented(),
        view.hasMoreFragments(),
        view.fragmentOffset(),
        view.timeToLive(),
        view.protocol(),
        new Ipv4Address(view.source()),
        new Ipv4Address(view.destination()),
        view.options());
  }

  /** The header with another protocol. */
  public Ipv4Header withProtocol(int number) {
    return new Ipv4Header(
        typeOfService,
        identification,
        doNotFragment,
        moreFragments,
        fragmentOffset,
        timeToLive,
        number,
        source,
        destination,
        options);
  }

  /** How many bytes it takes, 20 to 60. */
  public int length() {
    return Ipv4Packet.HEADER + options.length();
  }

  /**
   * Writes the header with its checksum.
   *
   * @param payloadLength how many bytes it carries
   * @throws IllegalArgumentException if they are too many
   */
  public void write(byte[] bytes, int at, int payloadLength) {
    int total = length() + payloadLength;
    if (total > MOST) {
      throw new IllegalArgumentException(
          "an IPv4 packet has at most %d bytes: found %d".formatted(MOST, total));
    }
    Fields.put8(bytes, at, 0x40 | length() / 4);
    Fields.put8(bytes, at + 1, typeOfService);
    Fields.put16(bytes, at + 2, total);
    Fields.put16(bytes, at + 4, identification);
    int flags = (doNotFragment ? 0x4000 : 0) | (moreFragments ? 0x2000 : 0);
    Fields.put16(bytes, at + 6, flags | fragmentOffset / 8);
    Fields.put8(bytes, at + 8, timeToLive);
    Fields.put8(bytes, at + 9, protocol);
    Fields.put16(bytes, at + 10, 0);
    Fields.put32(bytes, at + 12, source.bits());
    Fields.put32(bytes, at + 16, destination.bits());
    options.copyTo(bytes, at + Ipv4Packet.HEADER);
    Fields.put16(bytes, at + 10, InternetChecksum.of(bytes, at, length()));
  }
}
