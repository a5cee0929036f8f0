package dev.sluice.packet.capture;

import static dev.sluice.packet.capture.CaptureBytes.read;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.packet.capture.CaptureBytes.Read;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class PcapReaderTest {
  private static final int MICRO = 0xa1b2c3d4;
  private static final int NANO = 0xa1b23c4d;
  private static final long SECOND = 1_000_000_000L;

  private static CaptureBytes pcap(ByteOrder order, int magic) {
    return new CaptureBytes(order).pcap(magic, 2, 4, 1);
  }

  @Test
  void bothByteOrdersAndBothResolutionsAreRead() {
    for (ByteOrder order : List.of(BIG_ENDIAN, LITTLE_ENDIAN)) {
      for (int magic : List.of(MICRO, NANO)) {
        byte[] file =
            pcap(order, magic)
                .record(5, 7, 3, 60, (byte) 1, (byte) 2, (byte) 3)
                .record(-1, 999, 0, 0)
                .toArray();
        long unit = magic == MICRO ? 1000 : 1;

        assertThat(read(file))
            .containsExactly(
                new Read(5 * SECOND + 7 * unit, 1, "", "010203", 60, List.of()),
                new Read(0xffff_ffffL * SECOND + 999 * unit, 1, "", "", 0, List.of()));
      }
    }
  }

  @Test
  void oldVersionsTellTheLengthsTheOtherWayRound() {
    byte[] old =
        new CaptureBytes(LITTLE_ENDIAN)
            .pcap(MICRO, 2, 2, 1)
            .record(0, 0, 60, 1, (byte) 9)
            .toArray();
    byte[] between =
        new CaptureBytes(LITTLE_ENDIAN)
            .pcap(MICRO, 2, 3, 1)
            .record(0, 0, 60, 1, (byte) 9)
            .record(0, 0, 1, 60, (byte) 9)
            .toArray();
    Read packet = new Read(0, 1, "", "09", 60, List.of());

    assertThat(read(old)).containsExactly(packet);
    assertThat(read(between)).containsExactly(packet, packet);
  }

  @Test
  void frameCheckBitsAreNoPartOfTheLinkType() {
    byte[] file =
        new CaptureBytes(LITTLE_ENDIAN).pcap(MICRO, 2, 4, 0x2400_0001).record(0, 0, 0, 0).toArray();

    assertThat(read(file).getFirst().linkType()).isEqualTo(1);
  }

  @Test
  void aCutOffFileTellsWhereAndWhatWasExpected() {
    byte[] whole =
        pcap(LITTLE_ENDIAN, MICRO)
            .record(0, 0, 2, 2, (byte) 1, (byte) 2)
            .record(0, 0, 3, 3, (byte) 1, (byte) 2, (byte) 3)
            .toArray();

    assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length - 1)))
        .isInstanceOf(CaptureException.class)
        .hasMessage(
            "test: byte 58, behind 1 packets: the file ends within a packet: expected 3 bytes more,"
                + " found 2");
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, 30)))
        .hasMessageContaining("byte 24, behind 0 packets: the file ends within a packet's header");
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, 20)))
        .hasMessageContaining("the file ends within the file's header");
    assertThatThrownBy(() -> read(new byte[0])).hasMessageContaining("the file is empty");
  }

  @Test
  void lengthsThatCannotBeAreRefusedBeforeMemoryIsTaken() {
    byte[] file = pcap(BIG_ENDIAN, NANO).record(0, 0, 0xfffffff0, 0xfffffff0).toArray();

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(CaptureException.class)
        .hasMessageContaining("expected a packet of at most 262144 bytes, found 4294967280");
  }

  @Test
  void formatsThatAreNotReadAreNamed() {
    for (ByteOrder order : List.of(BIG_ENDIAN, LITTLE_ENDIAN)) {
      assertThatThrownBy(() -> read(pcap(order, 0xa1b2cd34).toArray()))
          .isInstanceOf(CaptureException.class)
          .hasMessageContaining("Kuznetzov's modified pcap");
    }
    assertThatThrownBy(() -> read("snoop\0\0\0".getBytes(StandardCharsets.US_ASCII)))
        .hasMessageContaining("found a snoop file");
    assertThatThrownBy(() -> read("hello, world".getBytes(StandardCharsets.US_ASCII)))
        .hasMessageContaining("bytes that begin neither");
    assertThatThrownBy(() -> read(HexFormat.of().parseHex("28b52ffd00000000")))
        .hasMessageContaining("found zstd, which is not unpacked");
    assertThatThrownBy(() -> read(new CaptureBytes(BIG_ENDIAN).pcap(MICRO, 3, 0, 1).toArray()))
        .hasMessageContaining("expected pcap version 2, found 3");
  }
}
