package dev.sluice.packet;

/**
 * A UDP header as a value. Its length and checksum are filled in by {@link FrameBuilder}.
 *
 * @param sourcePort the sender's port, 0 to 65535
 * @param destinationPort the receiver's port, 0 to 65535
 */
public record UdpHeader(int sourcePort, int destinationPort) {
  /** Checks the ranges. */
  public UdpHeader {
    Fields.require("source port", sourcePort, 16);
    Fields.require("destination port", destinationPort, 16);
  }

  /** The value of a header that is seen. */
  public static UdpHeader of(UdpDatagram view) {
    return new UdpHeader(view.sourcePort(), view.destinationPort());
  }

  /** Writes the header without its checksum. */
  void write(byte[] bytes, int at, int payloadLength) {
    int length = UdpDatagram.HEADER + payloadLength;
    Fields.require("udp length", length, 16);
    Fields.put16(bytes, at, sourcePort);
    Fields.put16(bytes, at + 2, destinationPort);
    Fields.put16(bytes, at + 4, length);
    Fields.put16(bytes, at + 6, 0);
  }
}
