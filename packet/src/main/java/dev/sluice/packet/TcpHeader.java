package dev.sluice.packet;

import java.util.List;

/**
 * A TCP header as a value. Its length follows from its options; its checksum is filled in by {@link
 * FrameBuilder}.
 *
 * @param sourcePort the sender's port, 0 to 65535
 * @param destinationPort the receiver's port, 0 to 65535
 * @param sequence the number of the first byte, 0 to 2³²−1
 * @param acknowledgement the number of the byte that is expected next, 0 to 2³²−1
 * @param flags {@link TcpSegment#FIN} to {@link TcpSegment#AE}, 0 to 0xfff
 * @param window how much may be sent, unscaled, 0 to 65535
 * @param urgentPointer where urgent data ends, 0 to 65535
 * @param options the options, up to 40 bytes
 */
public record TcpHeader(
    int sourcePort,
    int destinationPort,
    long sequence,
    long acknowledgement,
    int flags,
    int window,
    int urgentPointer,
    List<TcpOption> options) {
  private static final int MOST_OPTIONS = 40;

  /** Checks the ranges. */
  public TcpHeader {
    Fields.require("source port", sourcePort, 16);
    Fields.require("destination port", destinationPort, 16);
    Fields.require("sequence", sequence, 32);
    Fields.require("acknowledgement", acknowledgement, 32);
    Fields.require("flags", flags, 12);
    Fields.require("window", window, 16);
    Fields.require("urgent pointer", urgentPointer, 16);
    options = List.copyOf(options);
    int bytes = options.stream().mapToInt(TcpOption::length).sum();
    if (bytes > MOST_OPTIONS) {
      throw new IllegalArgumentException("tcp options take at most 40 bytes: " + bytes);
    }
  }

  /** A header with flags only. */
  public TcpHeader(int sourcePort, int destinationPort, int flags) {
    this(sourcePort, destinationPort, 0, 0, flags, 0xffff, 0, List.of());
  }

  /**
   * The value of a header that is seen.
   *
   * @throws IllegalArgumentException if its options are malformed
   */
  public static TcpHeader of(TcpSegment view) {
    return new TcpHeader(
        view.sourcePort(),
        view.destinationPort(),
        view.sequence(),
        view.acknowledgement(),
        view.flags(),
        view.window(),
        view.urgentPointer(),
        TcpOption.parse(view.options()));
  }

  /** How many bytes it takes, 20 to 60: the options are filled up to a multiple of 4. */
  public int length() {
    int bytes = options.stream().mapToInt(TcpOption::length).sum();
    return TcpSegment.HEADER + (bytes + 3 & ~3);
  }

  /** Writes the header without its checksum; behind the options are ends of the list. */
  void write(byte[] bytes, int at) {
    Fields.put16(bytes, at, sourcePort);
    Fields.put16(bytes, at + 2, destinationPort);
    Fields.put32(bytes, at + 4, (int) sequence);
    Fields.put32(bytes, at + 8, (int) acknowledgement);
    Fields.put16(bytes, at + 12, length() / 4 << 12 | flags);
    Fields.put16(bytes, at + 14, window);
    Fields.put16(bytes, at + 16, 0);
    Fields.put16(bytes, at + 18, urgentPointer);
    int next = at + TcpSegment.HEADER;
    for (TcpOption option : options) {
      option.write(bytes, next);
      next += option.length();
    }
    while (next < at + length()) {
      Fields.put8(bytes, next++, 0);
    }
  }
}
