package dev.sluice.bench.engine;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A pcap file of any length that is nowhere: the same packet again and again, a microsecond apart.
 */
final class GeneratedCapture extends InputStream {
  private static final int MAGIC = 0xa1b2_c3d4;
  private static final int RECORD_HEADER = 16;
  private static final int ETHERNET = 1;

  private final ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer packet;
  private final long packets;
  private long made;
  private ByteBuffer current;

  GeneratedCapture(byte[] frame, long packets) {
    this.packets = packets;
    header.putInt(MAGIC).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65_535);
    header.putInt(ETHERNET).flip();
    packet = ByteBuffer.allocate(RECORD_HEADER + frame.length).order(ByteOrder.LITTLE_ENDIAN);
    packet.putInt(8, frame.length).putInt(12, frame.length);
    packet.put(RECORD_HEADER, frame);
    current = header;
  }

  private boolean hasMore() {
    if (!current.hasRemaining() && made < packets) {
      packet.putInt(0, (int) (made / 1_000_000)).putInt(4, (int) (made % 1_000_000));
      packet.clear();
      current = packet;
      made++;
    }
    return current.hasRemaining();
  }

  @Override
  public int read() {
    return hasMore() ? current.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    int count = 0;
    while (count < length && hasMore()) {
      int part = Math.min(length - count, current.remaining());
      current.get(bytes, offset + count, part);
      count += part;
    }
    return count == 0 && length > 0 ? -1 : count;
  }
}
