package dev.sluice.packet.capture;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes Ethernet frames into a pcapng file with times to the nanosecond, which Wireshark opens.
 * The file is written beside its target and takes its place when it is closed after {@link
 * #finish}; until then the target is as it was. A name that ends in {@code .gz} is compressed.
 */
public final class PcapngWriter implements AutoCloseable {
  private static final int SECTION = 0x0a0d0d0a;
  private static final int BYTE_ORDER = 0x1a2b3c4d;
  private static final int INTERFACE = 1;
  private static final int ENHANCED_PACKET = 6;
  private static final int ETHERNET = 1;
  private static final int COMMENT = 1;
  private static final int NAME = 2;
  private static final int FLAGS = 2;
  private static final int RESOLUTION = 9;
  private static final int NANOSECONDS = 9;

  private final Path target;
  private final Path unfinished;
  private final OutputStream out;
  private ByteBuffer block = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
  private int interfaces;
  private boolean finished;

  /** Which way a packet went. */
  public enum Direction {
    /** Not said. */
    UNKNOWN,
    /** It arrived. */
    IN,
    /** It left. */
    OUT
  }

  /**
   * Begins a file.
   *
   * @param target where it is to be; the folder must be there
   * @param application what wrote it
   */
  public PcapngWriter(Path target, String application) throws IOException {
    this.target = target.toAbsolutePath();
    // Not a temporary file: those are for their maker's eyes only.
    unfinished =
        this.target.resolveSibling(
            "." + this.target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    boolean packed = this.target.toString().endsWith(".gz");
    OutputStream file =
        Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    out = new BufferedOutputStream(packed ? new GZIPOutputStream(file, 1 << 16) : file, 1 << 16);
    begin(SECTION);
    block.putInt(BYTE_ORDER).putShort((short) 1).putShort((short) 0).putLong(-1);
    option(4, application);
    endOptions();
    end();
  }

  /**
   * Adds an interface; its number.
   *
   * @param name its name
   */
  public int addInterface(String name) throws IOException {
    begin(INTERFACE);
    block.putShort((short) ETHERNET).putShort((short) 0).putInt(0);
    option(NAME, name);
    block.putShort((short) RESOLUTION).putShort((short) 1).putInt(NANOSECONDS);
    endOptions();
    end();
    return interfaces++;
  }

  /**
   * Adds a packet.
   *
   * @param interfaceNumber where it was seen
   * @param timestamp when, in nanoseconds since 1970
   * @param bytes what is kept of it
   * @param from where that begins
   * @param length how much it is
   * @param originalLength how long the packet was
   * @param direction which way it went
   * @param comment what is to be said about it; null for nothing
   */
  public void packet(
      int interfaceNumber,
      long timestamp,
      byte[] bytes,
      int from,
      int length,
      int originalLength,
      Direction direction,
      @Nullable String comment)
      throws IOException {
    begin(ENHANCED_PACKET);
    ensure(length + 64);
    block
        .putInt(interfaceNumber)
        .putInt((int) (timestamp >>> 32))
        .putInt((int) timestamp)
        .putInt(length)
        .putInt(originalLength)
        .put(bytes, from, length);
    pad();
    if (comment != null) {
      option(COMMENT, comment);
    }
    if (direction != Direction.UNKNOWN) {
      block.putShort((short) FLAGS).putShort((short) 4).putInt(direction.ordinal());
    }
    if (comment != null || direction != Direction.UNKNOWN) {
      endOptions();
    }
    end();
  }

  private void begin(int type) {
    block.clear().putInt(type).putInt(0);
  }

  private void ensure(int more) {
    if (block.remaining() < more) {
      ByteBuffer longer =
          ByteBuffer.allocate(2 * (block.capacity() + more)).order(ByteOrder.LITTLE_ENDIAN);
      block.flip();
      block = longer.put(block);
    }
  }

  private void option(int code, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, 0xffff);
    ensure(length + 16);
    block.putShort((short) code).putShort((short) length).put(bytes, 0, length);
    pad();
  }

  private void endOptions() {
    ensure(8);
    block.putInt(0);
  }

  private void pad() {
    while (block.position() % 4 != 0) {
      block.put((byte) 0);
    }
  }

  private void end() throws IOException {
    ensure(4);
    int length = block.position() + 4;
    block.putInt(length).putInt(4, length);
    out.write(block.array(), 0, length);
  }

  /** All packets are there: closing puts the file in its place. */
  public void finish() {
    finished = true;
  }

  /** Puts a finished file in its place, and removes one that is not. */
  @Override
  public void close() throws IOException {
    try {
      out.close();
      if (finished) {
        Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
