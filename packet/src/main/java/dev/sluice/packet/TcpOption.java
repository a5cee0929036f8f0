package dev.sluice.packet;

import java.util.ArrayList;
import java.util.List;

/** An option of TCP as a value. */
public sealed interface TcpOption {
  /** The kind's number. */
  int kind();

  /** How many bytes it takes. */
  int length();

  /** Writes it. */
  void write(byte[] bytes, int at);

  /**
   * The options in a header.
   *
   * <p>What follows the end of the list is not kept.
   *
   * @throws IllegalArgumentException if an option reaches over the end, or is shorter than it can
   *     be
   */
  static List<TcpOption> parse(Octets bytes) {
    List<TcpOption> options = new ArrayList<>();
    int at = 0;
    while (at < bytes.length() && bytes.at(at) != 0) {
      int kind = bytes.at(at);
      if (kind == NoOperation.KIND) {
        options.add(new NoOperation());
        at++;
        continue;
      }
      int length = at + 1 < bytes.length() ? bytes.at(at + 1) : 0;
      if (length < 2 || length > bytes.length() - at) {
        throw new IllegalArgumentException(
            "tcp option %d at byte %d claims %d bytes of %d"
                .formatted(kind, at, length, bytes.length() - at));
      }
      options.add(option(bytes, kind, at, length));
      at += length;
    }
    return options;
  }

  private static TcpOption option(Octets bytes, int kind, int at, int length) {
    if (kind == MaximumSegmentSize.KIND && length == 4) {
      return new MaximumSegmentSize(bytes.at(at + 2) << 8 | bytes.at(at + 3));
    }
    if (kind == WindowScale.KIND && length == 3) {
      return new WindowScale(bytes.at(at + 2));
    }
    if (kind == SelectiveAcknowledgement.KIND && length == 2) {
      return new SelectiveAcknowledgement();
    }
    if (kind == Timestamps.KIND && length == 10) {
      return new Timestamps(u32(bytes, at + 2), u32(bytes, at + 6));
    }
    byte[] content = new byte[length - 2];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) bytes.at(at + 2 + i);
    }
    return new Other(kind, Octets.copyOf(content));
  }

  private static long u32(Octets bytes, int at) {
    return (long) bytes.at(at) << 24
        | bytes.at(at + 1) << 16
        | bytes.at(at + 2) << 8
        | bytes.at(at + 3);
  }

  /** Fills up. */
  record NoOperation() implements TcpOption {
    static final int KIND = 1;

    @Override
    public int kind() {
      return KIND;
    }

    @Override
    public int length() {
      return 1;
    }

    @Override
    public void write(byte[] bytes, int at) {
      Fields.put8(bytes, at, KIND);
    }
  }

  /**
   * How much the sender takes in one segment.
   *
   * @param size bytes, 0 to 65535
   */
  record MaximumSegmentSize(int size) implements TcpOption {
    static final int KIND = 2;

    /** Checks the range. */
    public MaximumSegmentSize {
      Fields.require("maximum segment size", size, 16);
    }

    @Override
    public int kind() {
      return KIND;
    }

    @Override
    public int length() {
      return 4;
    }

    @Override
    public void write(byte[] bytes, int at) {
      Fields.put16(bytes, at, KIND << 8 | length());
      Fields.put16(bytes, at + 2, size);
    }
  }

  /**
   * What the sender's windows are to be multiplied with.
   *
   * @param shift the power of two, 0 to 255; above 14 means 14
   */
  record WindowScale(int shift) implements TcpOption {
    static final int KIND = 3;

    /** Checks the range. */
    public WindowScale {
      Fields.require("window scale", shift, 8);
    }

    @Override
    public int kind() {
      return KIND;
    }

    @Override
    public int length() {
      return 3;
    }

    @Override
    public void write(byte[] bytes, int at) {
      Fields.put16(bytes, at, KIND << 8 | length());
      Fields.put8(bytes, at + 2, shift);
    }
  }

  /** The sender understands selective acknowledgements. */
  record SelectiveAcknowledgement() implements TcpOption {
    static final int KIND = 4;

    @Override
    public int kind() {
      return KIND;
    }

    @Override
    public int length() {
      return 2;
    }

    @Override
    public void write(byte[] bytes, int at) {
      Fields.put16(bytes, at, KIND << 8 | length());
    }
  }

  /**
   * Times by the sender's clock.
   *
   * @param value when this was sent, 0 to 2³²−1
   * @param echo when what it answers was sent, by the other's clock
   */
  record Timestamps(long value, long echo) implements TcpOption {
    static final int KIND = 8;

    /** Checks the ranges. */
    public Timestamps {
      Fields.require("timestamp", value, 32);
      Fields.require("timestamp echo", echo, 32);
    }

    @Override
    public int kind() {
      return KIND;
    }

    @Override
    public int length() {
      return 10;
    }

    @Override
    public void write(byte[] bytes, int at) {
      Fields.put16(bytes, at, KIND << 8 | length());
      Fields.put32(bytes, at + 2, (int) value);
      Fields.put32(bytes, at + 6, (int) echo);
    }
  }

  /**
   * Another option.
   *
   * @param kind its number, 2 to 255
   * @param content what it holds behind kind and length, up to 38 bytes
   */
  record Other(int kind, Octets content) implements TcpOption {
    /** Checks the ranges. */
    public Other {
      Fields.require("kind", kind, 8);
      if (kind < 2) {
        throw new IllegalArgumentException("tcp option " + kind + " holds nothing");
      }
      if (content.length() > 38) {
        throw new IllegalArgumentException(
            "a tcp option holds at most 38 bytes: " + content.length());
      }
    }

    @Override
    public int length() {
      return content.length() + 2;
    }

    @Override
    public void write(byte[] bytes, int at) {
      Fields.put16(bytes, at, kind << 8 | length());
      content.copyTo(bytes, at + 2);
    }
  }
}
