package dev.sluice.packet.capture;

/** Reads pcap files, of either byte order, with microseconds or nanoseconds. */
final class PcapReader extends CaptureReader {
  private static final int MICROSECONDS = 0xa1b2c3d4;
  private static final int NANOSECONDS = 0xa1b23c4d;
  private static final int KUZNETZOV = 0xa1b2cd34;
  private static final int MAJOR = 2;
  private static final int HEADER_REST = 20;
  private static final int RECORD = 16;
  private static final long SECOND = 1_000_000_000L;

  private final byte[] record = new byte[RECORD];
  private final long fraction;

  private PcapReader(CaptureInput input, long fraction, int type) {
    super(input);
    this.fraction = fraction;
    linkType = type;
  }

  /** Reads the rest of a file's header. */
  static PcapReader open(CaptureInput input, int magicRead) {
    int magic = magicRead;
    if (magic != MICROSECONDS && magic != NANOSECONDS && magic != KUZNETZOV) {
      magic = Integer.reverseBytes(magic);
      input.setBigEndian(!input.isBigEndian());
    }
    if (magic == KUZNETZOV) {
      throw input.damaged("the modified pcap format of Kuznetzov's patch is not read");
    }
    if (magic != MICROSECONDS && magic != NANOSECONDS) {
      throw input.damaged(
          "expected a capture in pcap or pcapng format, found bytes that begin neither");
    }
    byte[] header = new byte[HEADER_REST];
    input.read(header, 0, HEADER_REST, "the file's header");
    int major = input.shortAt(header, 0);
    if (major != MAJOR) {
      throw input.damaged("expected pcap version 2, found " + major);
    }
    return new PcapReader(
        input, magic == MICROSECONDS ? 1000 : 1, input.intAt(header, 16) & 0xffff);
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
    readPacket(input.intAt(record, 8) & 0xffff_ffffL, input.intAt(record, 12) & 0xffff_ffffL);
    return true;
  }
}
