package dev.sluice.packet.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Reads the packets of a pcap or pcapng file, one after the other. What the accessors give is that
 * of the packet that {@link #next} came to last, and the memory is used again for the next.
 */
public abstract sealed class CaptureReader implements AutoCloseable
    permits PcapReader, PcapngReader {
  /** Longer packets than this are taken for damage ({@code MAXIMUM_SNAPLEN} of libpcap). */
  static final int LONGEST_PACKET = 262_144;

  final CaptureInput input;
  byte[] bytes = new byte[2048];
  int length;
  int originalLength;
  long timestamp;
  int linkType;
  int interfaceNumber;

  CaptureReader(CaptureInput input) {
    this.input = input;
  }

  /**
   * Opens a file of either format, plain or compressed with gzip.
   *
   * @throws IOException if there is no such file, or it cannot be read
   * @throws CaptureException if it is no capture
   */
  public static CaptureReader open(Path file) throws IOException {
    return open(CaptureInput.open(file));
  }

  /**
   * Reads a capture from a stream, which closes with the reader.
   *
   * @param name what errors call it
   * @throws CaptureException if it is no capture
   */
  public static CaptureReader open(String name, InputStream stream) throws IOException {
    return open(CaptureInput.open(name, stream));
  }

  private static CaptureReader open(CaptureInput input) {
    try {
      if (input.atEnd()) {
        throw input.damaged("the file is empty: expected a capture in pcap or pcapng format");
      }
      long magic = input.readInt("the first number");
      return switch ((int) magic) {
        case PcapngReader.SECTION -> new PcapngReader(input);
        default -> PcapReader.open(input, (int) magic);
      };
    } catch (RuntimeException e) {
      input.close();
      throw e;
    }
  }

  /**
   * Goes to the next packet.
   *
   * @return false behind the last
   * @throws CaptureException if the file is damaged or cut off
   */
  public abstract boolean next();

  /** The packet's bytes, from 0 to {@link #length}; more may follow that mean nothing. */
  @SuppressWarnings("EI_EXPOSE_REP")
  public final byte[] bytes() {
    return bytes;
  }

  /** How many bytes were captured. */
  public final int length() {
    return length;
  }

  /** How long the packet was, {@link #length} or more. */
  public final int originalLength() {
    return originalLength;
  }

  /** When it was captured, in nanoseconds since 1970. */
  public final long timestamp() {
    return timestamp;
  }

  /** What it begins with: a {@code LINKTYPE_*} number, known or not. */
  public final int linkType() {
    return linkType;
  }

  /** The interface it was captured at, from 0. */
  public final int interfaceNumber() {
    return interfaceNumber;
  }

  /** How many packets were read. */
  public final long packets() {
    return input.packets();
  }

  /** What is wrong with the packet that was read last. */
  public final CaptureException damaged(String problem) {
    return input.damaged(problem);
  }

  final void readPacket(long captured, long original) {
    if (captured > LONGEST_PACKET) {
      throw input.damaged(
          "expected a packet of at most %d bytes, found %d".formatted(LONGEST_PACKET, captured));
    }
    length = (int) captured;
    if (bytes.length < length) {
      bytes = new byte[Math.max(length, 2 * bytes.length)];
    }
    input.read(bytes, 0, length, "a packet");
    originalLength = Math.clamp(original, length, Integer.MAX_VALUE);
    input.countPacket();
  }

  @Override
  public final void close() {
    input.close();
  }
}
