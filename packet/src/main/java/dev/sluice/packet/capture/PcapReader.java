package dev.sluice.packet.capture;

import org.jspecify.annotations.Nullable;

/** Reads pcap files, of either byte order, with microseconds or nanoseconds. */
final class PcapReader extends CaptureReader {
  private static final int MICROSECONDS = 0xa1b2c3d4;
  private static final int NANOSECONDS = 0xa1b23c4d;
  private static final int MAJOR = 2;

  /** The first minor version whose records tell the captured length before the original one. */
  private static final int IN_ORDER = 4;

  /** The minor version of which files of both orders exist. */
  private static final int IN_EITHER_ORDER = 3;

  private static final int HEADER_REST = 20;
  private static final int RECORD = 16;
  private static final long SECOND = 1_000_000_000L;

  private final byte[] record = new byte[RECORD];
  private final long fraction;
  private final int minor;

  private PcapReader(CaptureInput input, long fraction, int minor, int type) {
    super(input);
    this.fraction = fraction;
    this.minor = minor;
    linkType = type;
  }

  /** Reads the rest of a file's header. */
  static PcapReader open(CaptureInput input, int firstNumber) {
    int magic = firstNumber;
    if (magic != MICROSECONDS && magic != NANOSECONDS) {
      magic = Integer.reverseBytes(magic);
      input.setBigEndian(!input.isBigEndian());
    }
    if (magic != MICROSECONDS && magic != NANOSECONDS) {
      String kind = otherKind(magic);
      if (kind == null) {
        kind = otherKind(Integer.reverseBytes(magic));
      }
      throw input.damaged(
          kind == null
              ? "expected a capture in pcap or pcapng format, found bytes that begin neither"
              : "expected a capture in pcap or pcapng format, found " + kind);
    }
    byte[] header = new byte[HEADER_REST];
    input.read(header, 0, HEADER_REST, "the file's header");
    int major = input.shortAt(header, 0);
    if (major != MAJOR) {
      throw input.damaged("expected pcap version 2, found " + major);
    }
    // The upper half tells of frame check sequences.
    int type = input.intAt(header, 16) & 0xffff;
    return new PcapReader(input, magic == MICROSECONDS ? 1000 : 1, input.shortAt(header, 2), type);
  }

  /** What files begin so that are captures too, or are taken for some; null for others. */
  private static @Nullable String otherKind(int magic) {
    return switch (magic) {
      case 0xa1b2cd34 -> "Kuznetzov's modified pcap, which is not read";
      case 0xa1e2cb12 -> "Navtel's pcap, which is not read";
      case 0x1c0001ac, 0x1c0001ab -> "Ixia's pcap, which is not read";
      case 0x736e6f6f -> "a snoop file, which is not read";
      case 0x474d4255, 0x52545353 -> "a Network Monitor file, which is not read";
      case 0x28b52ffd -> "zstd, which is not unpacked: do so first";
      case 0xfd377a58 -> "xz, which is not unpacked: do so first";
      case 0x504b0304 -> "zip, which is not unpacked: do so first";
      default -> null;
    };
  }

  @Override
  public boolean next() {
    if (input.atEnd()) {
      return false;
    }
    input.read(record, 0, RECORD, "a packet's header");
    long seconds = input.intAt(record, 0) & 0xffff_ffffL;
    long part = input.intAt(record, 4) & 0xffff_ffffL;
    timestamp = seconds * SECOND + part * fraction;
    long captured = input.intAt(record, 8) & 0xffff_ffffL;
    long original = input.intAt(record, 12) & 0xffff_ffffL;
    if (minor < IN_EITHER_ORDER || minor < IN_ORDER && captured > original) {
      long swap = captured;
      captured = original;
      original = swap;
    }
    readPacket(captured, original);
    input.countPacket();
    return true;
  }
}
