package dev.sluice.packet.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureTest {
  private static final int MICROSECONDS = 0xa1b2c3d4;
  private static final int NANOSECONDS = 0xa1b23c4d;
  private static final int ETHERNET = 1;

  @TempDir Path folder;

  /** A file of the classic format with one packet of some bytes. */
  private static byte[] classic(
      ByteOrder order, int magic, int linkType, int captured, int original, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(40 + bytes.length).order(order);
    buffer.putInt(magic).putShort((short) 2).putShort((short) 4);
    buffer.putInt(0).putInt(0).putInt(65_535).putInt(linkType);
    buffer.putInt(5).putInt(7).putInt(captured).putInt(original).put(bytes);
    return buffer.array();
  }

  private static CaptureReader reader(byte[] file) throws IOException {
    return CaptureReader.open("test", new ByteArrayInputStream(file));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void classicFilesOfBothByteOrdersAndResolutionsAreRead(boolean compressed) throws IOException {
    byte[] bytes = {1, 2, 3, 4};
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (int magic : new int[] {MICROSECONDS, NANOSECONDS}) {
        byte[] file = classic(order, magic, ETHERNET, 4, 60, bytes);
        if (compressed) {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(file);
          }
          file = out.toByteArray();
        }
        try (CaptureReader reader = reader(file)) {
          assertThat(reader.next()).isTrue();
          assertThat(Arrays.copyOf(reader.bytes(), reader.length())).isEqualTo(bytes);
          assertThat(reader.originalLength()).isEqualTo(60);
          assertThat(reader.linkType()).isEqualTo(ETHERNET);
          assertThat(reader.timestamp())
              .isEqualTo(5_000_000_000L + (magic == MICROSECONDS ? 7_000 : 7));
          assertThat(reader.next()).isFalse();
          assertThat(reader.packets()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = folder.resolve("round.pcapng.gz");
    Random random = new Random(3);
    byte[][] packets = new byte[50][];
    try (PcapngWriter writer = new PcapngWriter(file, "test")) {
      int first = writer.addInterface("eth0");
      int second = writer.addInterface("eth1");
      for (int index = 0; index < packets.length; index++) {
        packets[index] = new byte[14 + random.nextInt(1500)];
        random.nextBytes(packets[index]);
        writer.packet(
            index % 2 == 0 ? first : second,
            1_000_000_000_000L + index,
            packets[index],
            0,
            packets[index].length,
            packets[index].length + index,
            PcapngWriter.Direction.OUT,
            index % 3 == 0 ? "a comment" : null);
      }
      writer.finish();
    }
    try (CaptureReader reader = CaptureReader.open(file)) {
      for (int index = 0; index < packets.length; index++) {
        assertThat(reader.next()).isTrue();
        assertThat(Arrays.copyOf(reader.bytes(), reader.length())).isEqualTo(packets[index]);
        assertThat(reader.timestamp()).isEqualTo(1_000_000_000_000L + index);
        assertThat(reader.originalLength()).isEqualTo(packets[index].length + index);
        assertThat(reader.interfaceNumber()).isEqualTo(index % 2);
      }
      assertThat(reader.next()).isFalse();
    }
  }

  @Test
  void anUnfinishedFileTakesNobodysPlace() throws IOException {
    Path file = Files.writeString(folder.resolve("kept.pcapng"), "as it was");
    try (PcapngWriter writer = new PcapngWriter(file, "test")) {
      writer.addInterface("eth0");
    }
    assertThat(file).hasContent("as it was");
    assertThat(folder.toFile().list()).containsExactly("kept.pcapng");
  }

  @ParameterizedTest
  @CsvSource({
    "2000000000, at most 262144 bytes",
    "-1, at most 262144 bytes",
    "60, the file ends within a packet",
  })
  void aPacketOfAnImpossibleLengthIsDamage(int captured, String problem) throws IOException {
    byte[] file =
        classic(ByteOrder.LITTLE_ENDIAN, MICROSECONDS, ETHERNET, captured, captured, new byte[4]);
    try (CaptureReader reader = reader(file)) {
      assertThatExceptionOfType(CaptureException.class)
          .isThrownBy(reader::next)
          .withMessageContaining(problem)
          .satisfies(e -> assertThat(e.offset()).isEqualTo(40));
    }
  }

  @Test
  void anUnknownLinkTypeIsNamed() throws IOException {
    byte[] file = classic(ByteOrder.LITTLE_ENDIAN, MICROSECONDS, 195, 4, 4, new byte[4]);
    try (CaptureReader reader = reader(file)) {
      assertThat(reader.next()).isTrue();
      assertThatExceptionOfType(CaptureException.class)
          .isThrownBy(() -> new FrameConversion().convert(reader))
          .withMessageContaining("link type 195");
    }
  }

  @Test
  void aPacketWithoutEthernetHeaderGetsOne() throws IOException {
    byte[] ip = {0x45, 0, 0, 20, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};
    byte[] file = classic(ByteOrder.LITTLE_ENDIAN, MICROSECONDS, 101, 20, 20, ip);
    try (CaptureReader reader = reader(file)) {
      assertThat(reader.next()).isTrue();
      FrameConversion conversion = new FrameConversion();
      conversion.convert(reader);
      assertThat(conversion.length()).isEqualTo(34);
      assertThat(conversion.frame()[12]).isEqualTo((byte) 8);
      assertThat(Arrays.copyOfRange(conversion.frame(), 14, 34)).isEqualTo(ip);
    }
  }

  /** Damage anywhere is either not seen, or told; it never becomes another kind of failure. */
  @Test
  void damageAnywhereIsNoMoreThanDamage() throws IOException {
    Path file = folder.resolve("whole.pcapng");
    try (PcapngWriter writer = new PcapngWriter(file, "test")) {
      int device = writer.addInterface("eth0");
      for (int index = 0; index < 5; index++) {
        writer.packet(
            device, index, new byte[64], 0, 64, 64, PcapngWriter.Direction.UNKNOWN, "comment");
      }
      writer.finish();
    }
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(9);
    int told = 0;
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] damaged = Arrays.copyOf(whole, whole.length);
      for (int times = random.nextInt(3); times >= 0; times--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      if (trial % 4 == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      }
      FrameConversion conversion = new FrameConversion();
      try (CaptureReader reader = reader(damaged)) {
        while (reader.next()) {
          conversion.convert(reader);
        }
      } catch (CaptureException e) {
        told++;
      }
    }
    assertThat(told).isGreaterThan(1_000);
  }
}
