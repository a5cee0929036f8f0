package dev.sluice.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A header seen in the bytes where it lies. Nothing is copied: a view is made once and {@linkplain
 * #point pointed} at one packet after the other. It points at a whole, well-formed header or at
 * nothing; then every accessor throws {@link IndexOutOfBoundsException}.
 *
 * <p>Numbers are read in network byte order and are unsigned unless they fill their type.
 */
public abstract sealed class HeaderView
    permits EthernetFrame,
        VlanTag,
        ArpPacket,
        Ipv4Packet,
        Ipv6Packet,
        TcpSegment,
        UdpDatagram,
        IcmpMessage {
  private static final byte[] NOTHING = {};
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = NOTHING;
  private int from;
  private int end;
  private int headerLength;

  HeaderView() {}

  /**
   * Points at a header.
   *
   * @param bytes where it lies; changes in them are seen
   * @param from its first byte
   * @param length how many bytes there are of it and of what it carries
   * @return whether a whole header is there; if not, the view points at nothing
   * @throws IndexOutOfBoundsException if the array has no such bytes
   */
  public final boolean point(byte[] bytes, int from, int length) {
    Objects.checkFromIndexSize(from, length, bytes.length);
    this.bytes = bytes;
    this.from = from;
    end = from + length;
    int measured = length < leastLength() ? -1 : measure();
    if (measured < 0 || measured > length) {
      clear();
      return false;
    }
    headerLength = measured;
    return true;
  }

  /** Points at nothing. */
  public final void clear() {
    bytes = NOTHING;
    from = 0;
    end = 0;
    headerLength = 0;
  }

  /** The fewest bytes that a header takes. */
  abstract int leastLength();

  /** How long the header is that has at least the fewest bytes; −1 if it is malformed. */
  abstract int measure();

  /** Whether the view points at a header. */
  public final boolean isPresent() {
    return headerLength != 0;
  }

  /** The array that the header lies in. */
  public final byte[] array() {
    return bytes;
  }

  /** The index of the header's first byte in the {@link #array}. */
  public final int offset() {
    return from;
  }

  /** How many bytes the header takes, with its options. */
  public final int headerLength() {
    return headerLength;
  }

  /** The index in the {@link #array} of the first byte behind the header. */
  public final int payloadOffset() {
    return from + headerLength;
  }

  /** How many bytes are there of what the header carries. Padding behind it does not count. */
  public int payloadLength() {
    return available() - headerLength;
  }

  /** Throws if the view points at nothing. */
  final void requirePresent() {
    Objects.checkIndex(0, headerLength);
  }

  /** How many bytes there are from the header's first on. */
  final int available() {
    return end - from;
  }

  final int u8(int at) {
    return bytes[from + Objects.checkIndex(at, end - from)] & 0xff;
  }

  final int u16(int at) {
    return (short) SHORT.get(bytes, from + Objects.checkFromIndexSize(at, 2, end - from)) & 0xffff;
  }

  final int i32(int at) {
    return (int) INT.get(bytes, from + Objects.checkFromIndexSize(at, 4, end - from));
  }

  final long i64(int at) {
    return (long) LONG.get(bytes, from + Objects.checkFromIndexSize(at, 8, end - from));
  }

  final long u48(int at) {
    return (long) u16(at) << 32 | i32(at + 2) & 0xffff_ffffL;
  }

  final Octets octets(int at, int length) {
    Objects.checkFromIndexSize(at, length, end - from);
    return Octets.copyOf(bytes, from + at, length);
  }
}
