package dev.sluice.packet;

/**
 * An ARP packet for IPv4 on Ethernet as a value.
 *
 * @param operation {@link ArpPacket#REQUEST}, {@link ArpPacket#REPLY} or another, 0 to 65535
 * @param senderHardware the sender's Ethernet address
 * @param sender the sender's address
 * @param targetHardware the Ethernet address of who is asked; all zeros in a request
 * @param target the address of who is asked
 */
public record ArpHeader(
    int operation,
    MacAddress senderHardware,
    Ipv4Address sender,
    MacAddress targetHardware,
    Ipv4Address target) {
  /** Checks the operation's range. */
  public ArpHeader {
    Fields.require("operation", operation, 16);
  }

  /** The value of a packet that is seen. */
  public static ArpHeader of(ArpPacket view) {
    return new ArpHeader(
        view.operation(),
        new MacAddress(view.senderHardware()),
        new Ipv4Address(view.sender()),
        new MacAddress(view.targetHardware()),
        new Ipv4Address(view.target()));
  }

  /** Writes the packet's 28 bytes. */
  public void write(byte[] bytes, int at) {
    Fields.put16(bytes, at, (int) (ArpPacket.ETHERNET_IPV4 >>> 32));
    Fields.put32(bytes, at + 2, (int) ArpPacket.ETHERNET_IPV4);
    Fields.put16(bytes, at + 6, operation);
    senderHardware.write(bytes, at + 8);
    Fields.put32(bytes, at + 14, sender.bits());
    targetHardware.write(bytes, at + 18);
    Fields.put32(bytes, at + 24, target.bits());
  }
}
