package dev.sluice.packet.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes a pcap file with times to the nanosecond. The file is written beside its target and takes
 * its place when it is closed after {@link #finish}; until then the target is as it was. A name
 * that ends in {@code .gz} is compressed.
 */
public final class PcapWriter implements AutoCloseable {
  private static final int NANOSECONDS = 0xa1b23c4d;
  private static final long SECOND = 1_000_000_000L;

  private final UnfinishedFile file;
  private final ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * Begins a file.
   *
   * @param target where it is to be; the folder must be there
   * @param type what its packets begin with
   */
  public PcapWriter(Path target, LinkType type) throws IOException {
    file = new UnfinishedFile(target);
    header.putInt(NANOSECONDS).putShort((short) 2).putShort((short) 4).putLong(0);
    header.putInt(CaptureReader.LONGEST_PACKET).putInt(type.number());
    try {
      file.out().write(header.array(), 0, 24);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Adds a packet.
   *
   * @param timestamp when it was seen, in nanoseconds since 1970, up to the year 2106
   * @param bytes what is kept of it
   * @param from where that begins
   * @param length how much it is, up to 262,144
   * @param originalLength how long the packet was, as much or more
   */
  public void packet(long timestamp, byte[] bytes, int from, int length, int originalLength)
      throws IOException {
    Objects.checkFromIndexSize(from, length, bytes.length);
    CaptureReader.requireLengths(length, originalLength);
    long seconds = timestamp / SECOND;
    if (timestamp < 0 || seconds > 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "pcap knows times from 1970 to 2106: " + timestamp + " ns");
    }
    header.clear().putInt((int) seconds).putInt((int) (timestamp % SECOND));
    header.putInt(length).putInt(originalLength);
    file.out().write(header.array(), 0, 16);
    file.out().write(bytes, from, length);
  }

  /** All packets are there: closing puts the file in its place. */
  public void finish() {
    file.finish();
  }

  /** Puts a finished file in its place, and removes one that is not. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
