package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import java.nio.ByteBuffer;

/** Frames for tests: headers as programs read them, with payload of zeros. */
public final class Frames {
  /** A flag of TCP. */
  public static final int SYN = 2;

  /** A flag of TCP. */
  public static final int ACK = 16;

  private static final int PAYLOAD = 20;
  private static final int ETHERNET = 14;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int TCP = 6;
  private static final int TCP_FLAGS = 13;
  private static final int TCP_LENGTH = 12;

  private Frames() {}

  /**
   * A packet from an address to another of the same family.
   *
   * @param flags of TCP
   * @param tos type of service or traffic class
   */
  public static byte[] of(
      Prefix from, Prefix to, int protocol, int fromPort, int toPort, int flags, int tos) {
    ByteBuffer frame =
        ByteBuffer.allocate(ETHERNET + (from.six() ? IPV6_HEADER : IPV4_HEADER) + 20 + PAYLOAD);
    frame.position(12);
    int rest = 20 + PAYLOAD;
    if (from.six()) {
      frame.putShort((short) 0x86dd).putInt(6 << 28 | tos << 20).putShort((short) rest);
      frame.put((byte) protocol).put((byte) 64);
      frame.putLong(from.high()).putLong(from.low()).putLong(to.high()).putLong(to.low());
    } else {
      frame.putShort((short) 0x0800).put((byte) 0x45).put((byte) tos);
      frame.putShort((short) (IPV4_HEADER + rest)).putInt(0).put((byte) 64).put((byte) protocol);
      frame.putShort((short) 0).putInt(from.address4()).putInt(to.address4());
    }
    int at = frame.position();
    frame.putShort((short) fromPort).putShort((short) toPort);
    if (protocol == TCP) {
      frame.put(at + TCP_LENGTH, (byte) 0x50).put(at + TCP_FLAGS, (byte) flags);
    }
    return frame.array();
  }

  /** An echo's request or its reply. */
  public static byte[] echo(Prefix from, Prefix to, boolean reply, int identifier) {
    int type = from.six() ? reply ? 129 : 128 : reply ? 0 : 8;
    byte[] frame = of(from, to, from.six() ? 58 : 1, type << 8, 0, 0, 0);
    int at = frame.length - 20 - PAYLOAD;
    ByteBuffer.wrap(frame).putShort(at + 4, (short) identifier);
    return frame;
  }
}
