package dev.sluice.packet.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a pcapng file with times to the nanosecond, which Wireshark opens. The file is written
 * beside its target and takes its place when it is closed after {@link #finish}; until then the
 * target is as it was. A name that ends in {@code .gz} is compressed.
 *
 * <p>Texts longer than an option's 65,535 bytes of UTF-8 are cut.
 */
public final class PcapngWriter implements AutoCloseable {
  private static final int NANOSECONDS = 9;
  private static final int LONGEST_OPTION = 0xffff;

  private final UnfinishedFile file;
  private ByteBuffer block = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
  private int interfaces;

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
    file = new UnfinishedFile(target);
    try {
      begin(PcapngBlock.SECTION);
      block.putInt(PcapngBlock.BYTE_ORDER).putShort((short) 1).putShort((short) 0).putLong(-1);
      option(PcapngBlock.SECTION_APPLICATION, application);
      endOptions();
      end();
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Adds an interface whose packets begin with an Ethernet header; its number.
   *
   * @param name its name
   */
  public int addInterface(String name) throws IOException {
    return addInterface(name, LinkType.ETHERNET);
  }

  /**
   * Adds an interface; its number.
   *
   * @param name its name
   * @param type what its packets begin with
   */
  public int addInterface(String name, LinkType type) throws IOException {
    begin(PcapngBlock.INTERFACE);
    block.putShort((short) type.number()).putShort((short) 0).putInt(0);
    option(PcapngBlock.INTERFACE_NAME, name);
    option(PcapngBlock.INTERFACE_RESOLUTION, 1);
    block.put((byte) NANOSECONDS);
    pad();
    endOptions();
    end();
    return interfaces++;
  }

  /**
   * Adds a packet.
   *
   * @param interfaceNumber where it was seen
   * @param timestamp when, in nanoseconds since 1970, not before
   * @param bytes what is kept of it
   * @param from where that begins
   * @param length how much it is, up to 262,144
   * @param originalLength how long the packet was, as much or more
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
    Objects.checkFromIndexSize(from, length, bytes.length);
    CaptureReader.requireLengths(length, originalLength);
    begin(PcapngBlock.ENHANCED_PACKET);
    interfaceAndTime(interfaceNumber, timestamp);
    ensure(length + 64);
    block.putInt(length).putInt(originalLength).put(bytes, from, length);
    pad();
    if (comment != null) {
      option(PcapngBlock.OPTION_COMMENT, comment);
    }
    if (direction != Direction.UNKNOWN) {
      option(PcapngBlock.PACKET_FLAGS, 4);
      block.putInt(direction == Direction.IN ? 1 : 2);
    }
    if (comment != null || direction != Direction.UNKNOWN) {
      endOptions();
    }
    end();
  }

  /**
   * Adds an interface's counts; readers take the last ones.
   *
   * @param interfaceNumber which interface
   * @param timestamp when they were so, in nanoseconds since 1970, not before
   * @param received packets that it received
   * @param dropped packets that it dropped
   */
  public void statistics(int interfaceNumber, long timestamp, long received, long dropped)
      throws IOException {
    begin(PcapngBlock.STATISTICS);
    interfaceAndTime(interfaceNumber, timestamp);
    option(PcapngBlock.STATISTICS_RECEIVED, 8);
    block.putLong(received);
    option(PcapngBlock.STATISTICS_DROPPED, 8);
    block.putLong(dropped);
    endOptions();
    end();
  }

  private void interfaceAndTime(int interfaceNumber, long timestamp) {
    Objects.checkIndex(interfaceNumber, interfaces);
    if (timestamp < 0) {
      throw new IllegalArgumentException("pcapng knows times since 1970: " + timestamp + " ns");
    }
    block.putInt(interfaceNumber).putInt((int) (timestamp >>> 32)).putInt((int) timestamp);
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

  /** Begins an option whose value is put behind. */
  private void option(int code, int length) {
    ensure(length + 16);
    block.putShort((short) code).putShort((short) length);
  }

  private void option(int code, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, LONGEST_OPTION);
    // Not within a character: those bytes begin with the bits 10.
    while (length < bytes.length && (bytes[length] & 0xc0) == 0x80) {
      length--;
    }
    option(code, length);
    block.put(bytes, 0, length);
    pad();
  }

  private void endOptions() {
    ensure(8);
    block.putInt(PcapngBlock.OPTION_END);
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
    file.out().write(block.array(), 0, length);
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
