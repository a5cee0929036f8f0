package dev.sluice.packet;

/**
 * A header of ICMP or ICMPv6 as a value. Its checksum is filled in by {@link FrameBuilder}.
 *
 * @param type what it says, 0 to 255
 * @param code more about it, 0 to 255
 * @param rest the header's last four bytes
 */
public record IcmpHeader(int type, int code, int rest) {
  /** Checks the ranges. */
  public IcmpHeader {
    Fields.require("type", type, 8);
    Fields.require("code", code, 8);
  }

  /** An echo request of ICMP. */
  public static IcmpHeader echoRequest(int identifier, int sequence) {
    return echo(8, identifier, sequence);
  }

  /** An echo reply of ICMP. */
  public static IcmpHeader echoReply(int identifier, int sequence) {
    return echo(0, identifier, sequence);
  }

  /** An echo request of ICMPv6. */
  public static IcmpHeader echoRequestV6(int identifier, int sequence) {
    return echo(128, identifier, sequence);
  }

  /** An echo reply of ICMPv6. */
  public static IcmpHeader echoReplyV6(int identifier, int sequence) {
    return echo(129, identifier, sequence);
  }

  private static IcmpHeader echo(int type, int identifier, int sequence) {
    Fields.require("identifier", identifier, 16);
    Fields.require("sequence", sequence, 16);
    return new IcmpHeader(type, 0, identifier << 16 | sequence);
  }

  /** The value of a header that is seen. */
  public static IcmpHeader of(IcmpMessage view) {
    return new IcmpHeader(view.type(), view.code(), view.rest());
  }

  /** Writes the header without its checksum. */
  void write(byte[] bytes, int at) {
    Fields.put8(bytes, at, type);
    Fields.put8(bytes, at + 1, code);
    Fields.put16(bytes, at + 2, 0);
    Fields.put32(bytes, at + 4, rest);
  }
}
