package dev.sluice.packet;

/**
 * An Ethernet header as a value.
 *
 * @param destination where the frame goes
 * @param source where it comes from
 * @param type what follows: an {@link EtherType}, or a length below {@link EtherType#LEAST}
 */
public record EthernetHeader(MacAddress destination, MacAddress source, int type) {
  /** Checks the type's range. */
  public EthernetHeader {
    Fields.require("type", type, 16);
  }

  /** The value of a header that is seen. */
  public static EthernetHeader of(EthernetFrame view) {
    return new EthernetHeader(
        new MacAddress(view.destination()), new MacAddress(view.source()), view.type());
  }

  /** Writes the header's 14 bytes. */
  public void write(byte[] bytes, int at) {
    destination.write(bytes, at);
    source.write(bytes, at + 6);
    Fields.put16(bytes, at + 12, type);
  }
}
